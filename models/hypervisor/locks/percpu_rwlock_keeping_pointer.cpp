// Broken twin of percpu_rwlock: a reader that queues behind a writer keeps its pointer set.
#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "models/hypervisor/locks/twins.hpp"

namespace hvsim {

namespace {

class KeepingPointer : public PercpuRwlock {
 public:
  using PercpuRwlock::PercpuRwlock;

  // The defect: step 6 does not clear the pointer before it queues.
  bool read_first(Cpu& cpu, RwLockWords& lock) override {
    cpu.store(pointer(cpu), key(lock));
    cpu.fence();
    if (cpu.load(lock.activating) == 0) {
      return false;
    }
    underlying().read_lock(cpu, lock);
    underlying().read_unlock(cpu, lock);
    return true;
  }
};

}  // namespace

std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_keeping_pointer(const std::string& lock_class,
                                                                    Host& host) {
  return std::make_unique<KeepingPointer>(lock_class, host, std::make_unique<FairRwlock>());
}

}  // namespace hvsim
