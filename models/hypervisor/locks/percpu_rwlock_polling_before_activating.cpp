// Broken twin of percpu_rwlock: a writer looks for fast readers before it says that it comes.
#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "models/hypervisor/locks/twins.hpp"

namespace hvsim {

namespace {

class PollingBeforeActivating : public PercpuRwlock {
 public:
  using PercpuRwlock::PercpuRwlock;

  // The defect: steps 4 and 5 come before steps 2 and 3.
  bool write_lock(Cpu& cpu, RwLockWords& lock) override {
    bool contended = underlying().write_lock(cpu, lock);
    contended |= wait_for_fast_readers(cpu, lock);
    cpu.store(lock.activating, 1);
    cpu.fence();
    return contended;
  }
};

}  // namespace

std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_polling_before_activating(
    const std::string& lock_class, Host& host) {
  return std::make_unique<PollingBeforeActivating>(lock_class, host,
                                                   std::make_unique<FairRwlock>());
}

}  // namespace hvsim
