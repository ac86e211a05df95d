// round_robin: the vCPUs of a queue take turns, a slice each; a pCPU without any takes from
// others.
#include "models/hypervisor/sched/schedulers.hpp"

namespace hvsim {

namespace {

class RoundRobin : public SchedulerPolicy {
 public:
  using SchedulerPolicy::SchedulerPolicy;

  Choice choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time now) override;
  std::optional<PcpuId> tickle(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu) override;
};

// The defect: a vCPU that goes to the back of its queue is in it while its pCPU still leaves it.
class RoundRobinStealingRunning : public RoundRobin {
 public:
  using RoundRobin::RoundRobin;

 protected:
  bool may_steal(Cpu&, const Vcpu& vcpu, const SchedPcpu& here) const override {
    return vcpu.may_run_on(here.id);
  }
};

SchedulerPolicy::Choice RoundRobin::choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time now) {
  if (staying != nullptr && !staying->yields && now < here.slice_ends) {
    return {staying, here.slice_ends};
  }
  if (staying != nullptr) {
    here.queue.push_back(cpu, *staying);
  }
  Vcpu* const next = pop_or_steal(cpu, here);
  return {next, next == nullptr ? Time::never() : now + times().timeslice};
}

std::optional<PcpuId> RoundRobin::tickle(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu) {
  if (cpu.load(here.words.current) == 0 && here.queue.length(cpu) == 1) {
    return here.id;
  }
  return claim_idle(cpu, here, vcpu);
}

}  // namespace

std::unique_ptr<SchedulerPolicy> make_round_robin(SchedShared& shared,
                                                  const SchedulerTimes& times) {
  return std::make_unique<RoundRobin>(shared, times);
}

std::unique_ptr<SchedulerPolicy> make_round_robin_stealing_running(SchedShared& shared,
                                                                   const SchedulerTimes& times) {
  return std::make_unique<RoundRobinStealingRunning>(shared, times);
}

}  // namespace hvsim
