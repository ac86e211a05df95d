// pinned: a vCPU runs until it blocks or yields, on the pCPU where it was placed.
#include "models/hypervisor/sched/schedulers.hpp"

namespace hvsim {

namespace {

class Pinned : public SchedulerPolicy {
 public:
  using SchedulerPolicy::SchedulerPolicy;

  Choice choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time) override {
    if (staying != nullptr && !staying->yields) {
      return {staying};
    }
    if (staying != nullptr) {
      here.queue.push_back(cpu, *staying);
    }
    return {here.queue.pop(cpu)};
  }
};

}  // namespace

std::unique_ptr<SchedulerPolicy> make_pinned(SchedShared& shared, const SchedulerTimes& times) {
  return std::make_unique<Pinned>(shared, times);
}

}  // namespace hvsim
