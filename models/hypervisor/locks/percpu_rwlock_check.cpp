// The per-CPU reader-writer lock's set-up and ghost checks; its algorithm is in percpu_rwlock.cpp.
#include <algorithm>

#include "models/hypervisor/locks/percpu_rwlock.hpp"

namespace hvsim {

PercpuRwlock::PercpuRwlock(const std::string& lock_class, Host& host,
                           std::unique_ptr<RwLockAlgorithm> underlying)
    : memory_(host.memory()),
      underlying_(std::move(underlying)),
      scratch_(host.pcpus()),
      arriving_(host.pcpus(), none),
      polling_(host.pcpus(), false),
      slow_(host.pcpus()) {
  for (unsigned n = 0; n < host.pcpus(); ++n) {
    const std::string name =
        "percpu_rwlock[" + lock_class + "].pointer[" + std::to_string(n) + "]";
    pointers_.push_back(&memory_.make<Pointer>(name, host.socket_of(PcpuId{n})));
    online_.add(PcpuId{n});
  }
}

void PercpuRwlock::check(Cpu& cpu, const RwLockWords& lock, bool write_held) {
  const std::uint64_t self = key(lock);
  const unsigned me = cpu.id().n;
  if (!write_held) {
    arriving_[me] = none;
    // GR-S2: a pCPU that reads has its pointer here, or (GR-S4) came through the underlying lock.
    const bool slow = std::count(slow_[me].begin(), slow_[me].end(), self) != 0;
    if ((pointers_[me]->peek() == self) == slow) {
      cpu.violated(slow ? "GR-S4" : "GR-S2",
                   slow ? "the pointer names a lock that was taken the slow way"
                        : "reads, but its pointer does not say so",
                   pointers_[me]);
    }
  } else if (lock.activating.peek() == 0) {
    cpu.violated("GR-S3", "a writer is in, but the lock is not activating", &lock.activating);
  } else {
    // GR-S2: nobody but one who is inside read_lock points here.
    for (unsigned n = 0; n < pointers_.size(); ++n) {
      if (pointers_[n]->peek() == self && arriving_[n] != self) {
        cpu.violated("GR-S2", "pCPU " + std::to_string(n) + " points at a lock it does not read",
                     pointers_[n]);
      }
    }
  }
  // GR-S3: nobody is kept out unless a writer is in or on its way.
  if (lock.activating.peek() != 0 && !write_locked(lock)) {
    cpu.violated("GR-S3", "activating, but no writer has the underlying lock", &lock.activating);
  }
}

void PercpuRwlock::check_free(Cpu& cpu, const RwLockWords& lock) const {
  RwLockAlgorithm::check_free(cpu, lock);
  for (const Pointer* pointer : pointers_) {
    if (pointer->peek() == key(lock)) {
      cpu.violated("GR-S2", "nobody holds the lock, but a pointer names it", pointer);
    }
  }
}

}  // namespace hvsim
