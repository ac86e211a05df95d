// Broken twin of percpu_rwlock: a reader does not wait until its pointer is visible.
#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "models/hypervisor/locks/twins.hpp"

namespace hvsim {

namespace {

class WithoutFence : public PercpuRwlock {
 public:
  using PercpuRwlock::PercpuRwlock;

  // The defect: step 4 is missing.
  bool read_first(Cpu& cpu, RwLockWords& lock) override {
    Pointer& p = pointer(cpu);
    cpu.store(p, key(lock));
    if (cpu.load(lock.activating) == 0) {
      return false;
    }
    cpu.store(p, none);
    underlying().read_lock(cpu, lock);
    cpu.store(p, key(lock));
    underlying().read_unlock(cpu, lock);
    return true;
  }
};

}  // namespace

std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_without_fence(const std::string& lock_class,
                                                                  Host& host) {
  return std::make_unique<WithoutFence>(lock_class, host, std::make_unique<FairRwlock>());
}

}  // namespace hvsim
