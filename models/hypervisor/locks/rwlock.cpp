// The named lock around every algorithm: what a section promises is checked here, once for all.
//
// The ghost state is touched at ghost points only: one before the algorithm starts, one when it
// has the lock, one before it gives the lock back. A section therefore lasts, to the picosecond,
// from the end of the taking verb to the start of the releasing one.
#include "models/hypervisor/locks/rwlock.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

void RwLockAlgorithm::set_online(const PcpuSet&) {}

void RwLockAlgorithm::check(Cpu& cpu, const RwLockWords& lock, bool write_held) {
  if (write_locked(lock) != write_held) {
    cpu.violated("GR-S1",
                 write_held ? "the words do not show the writer that is in"
                            : "the words show a writer in, while a reader is in",
                 &lock.word);
  }
}

void RwLockAlgorithm::check_free(Cpu& cpu, const RwLockWords& lock) const {
  if (lock.word.peek() != 0) {
    cpu.violated("GR-S1", "nobody holds the lock, but its word is not zero", &lock.word);
  }
  const std::uint32_t queue = lock.queue.peek();
  if (queue >> 16 != (queue & 0xffffu)) {
    cpu.violated("GR-S1", "nobody holds the lock, but its queue is not empty", &lock.queue);
  }
  if (lock.activating.peek() != 0) {
    cpu.violated("GR-S3", "nobody holds the lock, but it is still activating", &lock.activating);
  }
}

RwLock::RwLock(const std::string& name, RwLockWords& words, RwLockAlgorithm& algorithm, Host& host)
    : name_(name),
      words_(words),
      algorithm_(algorithm),
      stat_(host.lock_stat(name)),
      waiters_(name),
      since_(host.pcpus()) {
  host.memory().name(&words.queue, sizeof words.queue, name + ".queue");
  host.memory().name(&words.activating, sizeof words.activating, name + ".activating");
}

// GR-D1: whoever holds the lock and asks for it again may wait for itself for ever.
void RwLock::refuse_second_hold(Cpu& cpu, const char* wanted, Where where) const {
  const bool reads = readers_.has(cpu.id());
  if (reads || (written_ && writer_ == cpu.id())) {
    cpu.violated("GR-D1",
                 "asks to " + std::string(wanted) + " " + name_ + " while it holds it for " +
                     (reads ? "reading" : "writing"),
                 &words_.word, where);
  }
}

// Who keeps out a pCPU that comes now.
PcpuSet RwLock::in_the_way(bool to_write) const {
  PcpuSet holders;
  if (written_) {
    holders.add(writer_);
  } else if (to_write) {
    holders = readers_;
  }
  return holders;
}

void RwLock::read_lock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  refuse_second_hold(cpu, "read", where);
  waiters_.come(cpu, false, in_the_way(false));
  const Time asked = cpu.now();

  const bool contended = algorithm_.read_lock(cpu, words_);

  cpu.ghost_point();
  if (written_) {
    cpu.violated("GR-S1",
                 "pCPU " + std::to_string(cpu.id().n) + " reads under " + name_ + " while pCPU " +
                     std::to_string(writer_.n) + " writes",
                 &words_.word, where);
  }
  readers_.add(cpu.id());
  algorithm_.check(cpu, words_, false);
  waiters_.got_it(cpu, false);
  since_[cpu.id().n] = cpu.now();
  stat_.acquired(cpu.id(), contended, cpu.now() - asked);
}

void RwLock::read_unlock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  if (!readers_.has(cpu.id())) {
    cpu.violated("GR-S4", "releases " + name_ + ", which it does not hold for reading",
                 &words_.word, where);
  }
  algorithm_.check(cpu, words_, false);
  readers_.remove(cpu.id());
  waiters_.left(cpu.id(), readers_);
  ++read_pairs_;
  stat_.released(cpu.now() - since_[cpu.id().n]);

  algorithm_.read_unlock(cpu, words_);
}

void RwLock::write_lock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  refuse_second_hold(cpu, "write", where);
  waiters_.come(cpu, true, in_the_way(true));
  const Time asked = cpu.now();

  const bool contended = algorithm_.write_lock(cpu, words_);

  cpu.ghost_point();
  if (written_ || !readers_.empty()) {
    PcpuId other = writer_;
    if (!written_) {
      readers_.each([&](PcpuId reader) { other = reader; });
    }
    cpu.violated("GR-S1",
                 "pCPU " + std::to_string(cpu.id().n) + " writes under " + name_ + " while pCPU " +
                     std::to_string(other.n) + (written_ ? " writes" : " reads"),
                 &words_.word, where);
  }
  written_ = true;
  writer_ = cpu.id();
  algorithm_.check(cpu, words_, true);
  waiters_.got_it(cpu, true);
  since_[cpu.id().n] = cpu.now();
  stat_.acquired(cpu.id(), contended, cpu.now() - asked);
}

void RwLock::write_unlock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  if (!written_ || writer_ != cpu.id()) {
    cpu.violated("GR-S4", "releases " + name_ + ", which it does not hold for writing",
                 &words_.word, where);
  }
  algorithm_.check(cpu, words_, true);
  written_ = false;
  waiters_.left(cpu.id(), readers_);
  ++write_pairs_;
  stat_.released(cpu.now() - since_[cpu.id().n]);

  algorithm_.write_unlock(cpu, words_);
}

void RwLock::check_free(Cpu& cpu) const {
  if (written_ || !readers_.empty()) {
    cpu.violated("GR-S1", "somebody is still in a section of " + name_, &words_.word);
  }
  algorithm_.check_free(cpu, words_);
}

}  // namespace hvsim
