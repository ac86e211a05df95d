// Which vCPU runs on a pCPU next, and for how long: the part of a scheduler that has a name.
//
// What it is: run queues of pCPUs, and when a vCPU goes in and comes out. Everything around it,
// from locks to context switches, is the Scheduler's.
// What you must promise: every function is called on the pCPU's own Cpu by the holder of `here`'s
// scheduler lock, with interrupts off; `here` is the pCPU that a vCPU's `processor` names.
// What it guarantees: a vCPU that is runnable and does not run is in exactly one queue; choose()
// takes one out of it and never one that is still running elsewhere.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/sched/idlers.hpp"
#include "models/hypervisor/sched/sched_pcpu.hpp"

namespace hvsim {

struct SchedulerTimes {
  Duration timeslice = milliseconds(30);
  Duration ratelimit = milliseconds(1);  // credit: nobody is preempted before
};

// What all pCPUs of a scheduler share.
struct SchedShared {
  Host& host;
  AllVcpus vcpus;
  AllPcpus pcpus;
  Idlers idlers;
};

class SchedulerPolicy {
 public:
  SchedulerPolicy(SchedShared& shared, const SchedulerTimes& times)
      : shared_(shared), times_(times) {}
  virtual ~SchedulerPolicy() = default;

  struct Choice {
    Vcpu* next = nullptr;  // null: idle
    Time slice_ends = Time::never();
  };
  // `staying` is the vCPU that runs here, if it is runnable still.
  virtual Choice choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time now) = 0;
  // It has become runnable: by a wake from its sleep, or it starts, or its pCPU went offline.
  virtual void insert(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu, bool woken);
  // Which pCPU is asked to choose anew, now that `vcpu` waits here.
  virtual std::optional<PcpuId> tickle(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu);
  // It ran that long, and stops or is looked at.
  virtual void charge(Cpu&, Vcpu&, Duration) {}

 protected:
  SchedShared& shared() { return shared_; }
  const SchedulerTimes& times() const { return times_; }
  // The first of the queue; if it is empty, one that waits for another pCPU and may run here, and
  // is this pCPU's from now on. Null: this pCPU is idle, and says so.
  Vcpu* pop_or_steal(Cpu& cpu, SchedPcpu& here);
  // The first that waits for another pCPU, may run here, and has at least that priority.
  Vcpu* steal(Cpu& cpu, SchedPcpu& here, std::uint32_t least_priority);
  // Another pCPU that is idle and could take it over; it is to be asked to.
  std::optional<PcpuId> claim_idle(Cpu& cpu, const SchedPcpu& here, const Vcpu& vcpu);
  // Whether it may be taken from the queue of another pCPU. Twins look less closely.
  virtual bool may_steal(Cpu& cpu, const Vcpu& vcpu, const SchedPcpu& here) const;

 private:
  Vcpu* steal_from(Cpu& cpu, SchedPcpu& peer, SchedPcpu& here, std::uint32_t least_priority);

  SchedShared& shared_;
  SchedulerTimes times_;
};

struct SchedulerKind {
  std::string name;  // "credit"
  std::string doc;
  bool broken;  // a twin with one named defect, for tests
  std::unique_ptr<SchedulerPolicy> (*make)(SchedShared& shared, const SchedulerTimes& times);
};

// Every scheduler there is (catalog.cpp); the twins come last.
std::span<const SchedulerKind> scheduler_kinds();
// Without the twins: the choices of a parameter.
std::vector<std::string> scheduler_names();
// An unknown name is an InternalError (names are checked when read).
const SchedulerKind& scheduler_kind(const std::string& name);

}  // namespace hvsim
