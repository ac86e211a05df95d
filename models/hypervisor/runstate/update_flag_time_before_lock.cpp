// Broken twin of update_flag: the time of a change is sampled before the lock is taken.
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class TimeBeforeLock : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: whoever holds the lock may change the state after this `now`.
  Time lock_and_sample(Cpu& cpu, SchedulerLock& lock) override {
    const Time now = cpu.now();
    lock.lock(cpu);
    return now;
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_time_before_lock(CopyOrder order) {
  return std::make_unique<TimeBeforeLock>(order);
}

}  // namespace hvsim
