#include "models/hypervisor/locks/percpu_rwlock.hpp"

#include <algorithm>

namespace hvsim {

bool PercpuRwlock::read_lock(Cpu& cpu, RwLockWords& lock) {
  const std::uint64_t self = key(lock);
  Pointer& p = pointer(cpu);
  arriving_[cpu.id().n] = self;
  const std::uint64_t held = cpu.load(p);
  // 1. No recursion.
  if (held == self) {
    cpu.violated("GR-S2", "the pointer was left at a lock that is not held", &p);
  }
  // 2. A second lock of the class goes through the underlying lock.
  if (held != none) {
    slow_[cpu.id().n].push_back(self);
    return underlying().read_lock(cpu, lock);
  }
  return read_first(cpu, lock);
}

bool PercpuRwlock::read_first(Cpu& cpu, RwLockWords& lock) {
  const std::uint64_t self = key(lock);
  Pointer& p = pointer(cpu);
  // 3., 4. Say that we read, for all to see ...
  cpu.store(p, self);
  cpu.fence();
  // 5. ... and look whether a writer comes.
  if (cpu.load(lock.activating) == 0) {
    return false;
  }
  // 6. Let the writer go first, queue behind it, and go on as a fast reader.
  cpu.store(p, none);
  underlying().read_lock(cpu, lock);
  cpu.store(p, self);
  underlying().read_unlock(cpu, lock);
  return true;
}

void PercpuRwlock::read_unlock(Cpu& cpu, RwLockWords& lock) {
  const std::uint64_t self = key(lock);
  Pointer& p = pointer(cpu);
  // 2. The pointer names another lock, or none: this one was taken the slow way.
  if (cpu.load(p) != self) {
    std::erase(slow_[cpu.id().n], self);
    underlying().read_unlock(cpu, lock);
    return;
  }
  // 3., 4. Stores leave in order: everything done in the section is visible before this.
  cpu.store(p, none);
}

bool PercpuRwlock::write_lock(Cpu& cpu, RwLockWords& lock) {
  // 1. Exclude other writers and slow readers.
  bool contended = underlying().write_lock(cpu, lock);
  // 2., 3. Say that a writer comes, for all to see.
  cpu.store(lock.activating, 1);
  cpu.fence();
  // 4., 5. Whoever came before that is seen in its pointer.
  contended |= wait_for_fast_readers(cpu, lock);
  return contended;
}

// Steps 4 and 5. A pCPU is done with at the first sight of another value: with `activating` set it
// cannot become a fast reader of this lock any more. Bits of the private mask are not priced.
bool PercpuRwlock::wait_for_fast_readers(Cpu& cpu, RwLockWords& lock) {
  const std::uint64_t self = key(lock);
  const unsigned me = cpu.id().n;
  if (polling_[me]) {
    cpu.violated("GR-C4", "the pCPU's scratch mask is in use by a writer it interrupted",
                 &lock.activating);
  }
  polling_[me] = true;
  PcpuSet& left = scratch_[me];
  left = online_;
  PcpuId last = cpu.id();
  while (true) {
    const PcpuSet round = left;
    PcpuId still = cpu.id();
    round.each([&](PcpuId other) {
      if (cpu.load(*pointers_[other.n]) != self) {
        left.remove(other);
      } else {
        still = other;
      }
    });
    if (left.empty()) {
      break;
    }
    last = still;
    cpu.waits_for("a fast reader", still);
    cpu.relax();
  }
  polling_[me] = false;
  return last != cpu.id();
}

void PercpuRwlock::write_unlock(Cpu& cpu, RwLockWords& lock) {
  cpu.store(lock.activating, 0);
  underlying().write_unlock(cpu, lock);
}

bool PercpuRwlock::write_locked(const RwLockWords& lock) const {
  return underlying_->write_locked(lock);
}

}  // namespace hvsim
