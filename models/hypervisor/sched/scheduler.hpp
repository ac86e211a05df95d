// Domains' vCPUs on pCPUs: who runs where, who waits, who sleeps, and what a switch costs.
//
//   Scheduler scheduler(host, {.kind = "credit"});
//   PvDomain& domain = scheduler.add_domain({.name = "d1", .node = SocketId{0}});
//   for (...) scheduler.add_vcpu(domain, {.processor = ...}, [](GuestCpu& guest) { ... });
//   for (PcpuId p : scheduler.pcpus()) machine.start(p, [&](Cpu& cpu) { scheduler.run(cpu); });
//
// What it is: the hypervisor's part of the life of vCPUs. Every pCPU has a run queue and a lock
// that guards it and the run states of its vCPUs. schedule() chooses under that lock and switches;
// a wake comes from any pCPU and takes the lock of the vCPU's, and asks a pCPU to choose anew by a
// softirq and, from elsewhere, the event-check interrupt. A pCPU that finds nobody halts, and goes
// on holding the registers of the vCPU it left; they are saved when they are wanted.
// What you must promise: domains and vCPUs are added before the run; every pCPU of pcpus() calls
// run(), which returns when every vCPU's body has. One Scheduler a host: it owns
// Vector::event_check and Vector::timer.
// What it guarantees: no wake-up is lost; a runnable vCPU waits in one queue; hypervisor code is
// not preempted. Checked always: SCHED-S1 a vCPU begins to run nowhere before the pCPU that it was
// on has left it; SCHED-S2 one that runs is where its `processor` says; SCHED-S3 one that is woken
// and may run waits in a queue or runs; SCHED-S4 nobody sleeps with an event pending once whoever
// sent it is through; and the rules of run states. Source: runstate sheet, B; shadow-cache sheet,
// B.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/sched/policy.hpp"
#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

struct SchedulerOptions {
  std::string kind = "credit";  // scheduler_names()
  SchedulerTimes times{};
  unsigned pcpus = 0;                    // how many, from number 0 up; 0: all of the host
  std::string runstate = "update_flag";  // runstate_names()
  CopyOrder copy_order = CopyOrder::ascending;
  L4Loader* loader = nullptr;  // whose tables the guests run on; null: there are none
};

inline constexpr unsigned most_vcpus_a_pcpu = 8;

class Scheduler {
 public:
  Scheduler(Host& host, const SchedulerOptions& options);
  virtual ~Scheduler();

  PvDomain& add_domain(const PvDomainOptions& options);
  // `body` is what the guest does; the vCPU is over when it returns.
  Vcpu& add_vcpu(PvDomain& domain, const VcpuOptions& options,
                 std::function<void(GuestCpu&)> body);
  std::vector<PcpuId> pcpus() const;
  void run(Cpu& cpu);

  // Hypercalls and what other hypervisor code needs, on the pCPU's own Cpu, interrupts on or off.
  // An event for `vcpu`: wakes it if it is blocked.
  void notify(Cpu& cpu, Vcpu& vcpu);
  // The current vCPU blocks, until an event or `until` comes; on the way out of the hypercall.
  void block(Cpu& cpu, Vcpu& self, Time until);
  void yield(Cpu& cpu, Vcpu& self);
  // Asks a pCPU to go offline, which it does when it next leaves the hypervisor: its vCPUs go
  // elsewhere, those that sleep when they are woken. It goes on taking interrupts, and the timers
  // that were set on it stay. False: it is the last one that is online, and stays.
  bool take_offline(Cpu& cpu, PcpuId target);
  // One that was asked to go offline.
  void bring_online(Cpu& cpu, PcpuId target);
  // Of the current vCPU: between the kernel's tables and the user's, and to another process.
  void toggle(Cpu& cpu, Vcpu& self, bool to_kernel);
  void new_base(Cpu& cpu, Vcpu& self, Address kernel, Address user);
  // The lock that guards a vCPU's run state: for rs_get and registration by others.
  virtual std::unique_ptr<SchedulerLock> lock_of(Vcpu& vcpu);

  const std::vector<std::unique_ptr<PvDomain>>& domains() const { return domains_; }
  const AllVcpus& vcpus() const { return shared_.vcpus; }
  std::uint64_t switches() const;  // to a vCPU that the pCPU did not run last
  std::uint64_t wakes() const;
  // After the run.
  void check(Cpu& cpu);

 protected:
  // Broken twins do these otherwise. Whether an event has come since the vCPU said that it blocks;
  // what its flags were when it was chosen whether it stays.
  virtual bool sees_event(Cpu& cpu, Vcpu& self) { return cpu.load(self.events.pending) != 0; }
  virtual std::uint32_t flags_at_choice(Cpu&, Vcpu&, std::uint32_t flags) { return flags; }

 private:
  friend class GuestCpu;

  SchedPcpu& of(PcpuId pcpu) { return *shared_.pcpus[pcpu.n]; }
  // scheduler.cpp
  void start_vcpus(Cpu& cpu, SchedPcpu& self);
  void do_softirqs(Cpu& cpu, SchedPcpu& self);
  void fire_timers(Cpu& cpu, SchedPcpu& self);
  void program_timer(Cpu& cpu, SchedPcpu& self);
  void schedule(Cpu& cpu, SchedPcpu& self);
  SchedulerPolicy::Choice choose_none(Cpu& cpu, SchedPcpu& self, Vcpu* staying);
  void check_choice(Cpu& cpu, const SchedPcpu& self, const Vcpu& next) const;
  void change_current(Cpu& cpu, SchedPcpu& self, RunState left_for, Vcpu* next, Time now);
  void enter_guest(Cpu& cpu, SchedPcpu& self);
  void raise(Cpu& cpu, PcpuId target, std::uint32_t softirqs);
  // wake.cpp
  void wake(Cpu& cpu, Vcpu& vcpu);
  void unblock(Cpu& cpu, Vcpu& vcpu);
  void check_woken(Cpu& cpu, const SchedPcpu& there, const Vcpu& vcpu) const;
  void check_notified(Cpu& cpu, const Vcpu& vcpu) const;
  // hotplug.cpp
  void go_offline(Cpu& cpu, SchedPcpu& self);
  void come_online(Cpu& cpu, SchedPcpu& self);
  SchedPcpu* lock_other_home(Cpu& cpu, const SchedPcpu& from, const Vcpu& vcpu);
  void move_in(Cpu& cpu, SchedPcpu& home, Vcpu& vcpu, bool woken);
  // context_switch.cpp
  void context_switch(Cpu& cpu, SchedPcpu& self, Vcpu* prev, Vcpu* next);
  void fetch_registers(Cpu& cpu, SchedPcpu& self, Vcpu& next);
  void return_to_guest(Cpu& cpu);
  void registers_saved(Cpu& cpu, SchedPcpu& self);
  void leave_lazily_held(Cpu& cpu, SchedPcpu& self);
  void switch_tables(Cpu& cpu, SchedPcpu& self, Vcpu& next);

  Host& host_;
  SchedulerOptions options_;
  std::unique_ptr<RunstateAlgorithm> runstate_;
  SchedShared shared_;
  std::unique_ptr<SchedulerPolicy> policy_;
  std::vector<std::unique_ptr<PvDomain>> domains_;
  Shared<std::uint32_t>& living_;  // vCPUs that are not over
  Shared<std::uint32_t>& online_;  // pCPUs that are
};

}  // namespace hvsim
