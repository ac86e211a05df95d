// The processor that a guest's code runs on: a vCPU, on whatever pCPU it is at the moment.
//
// What it is: a Cpu for the guest. Its verbs are done by the pCPU; before each of them, the vCPU
// gives the pCPU up if an interrupt has asked for that, and waits for its next turn, here or on
// another pCPU. So a guest may lose its pCPU between any two verbs, and within a computation. Its
// id() is the vCPU's number in its domain. Interrupts of the hardware are the hypervisor's: they
// are taken whatever the guest says, and set_interrupts() is a bit of the guest's own.
// halt() is to block. send_ipi() and flush_tlb() are not for guests: use notify(), hypercalls.
//
// What you must promise: guest code uses no other Cpu but that of a hypercall's body, within that
// body. What it guarantees: the body of a hypercall is not preempted; softirqs that came
// meanwhile are seen to on the way out. A notify() is never lost: the next block() of that vCPU
// returns, at once if it has not begun yet. Several before that are one.
#pragma once

#include <functional>

#include "sim/hw/forwarding_cpu.hpp"

namespace hvsim {

class Scheduler;
class Vcpu;
struct SchedPcpu;

class GuestCpu final : public ForwardingCpu {
 public:
  using Hypercall = std::function<void(Cpu& pcpu)>;

  GuestCpu(Scheduler& scheduler, Vcpu& vcpu, PcpuId id)
      : ForwardingCpu(id), scheduler_(scheduler), vcpu_(vcpu) {}

  Vcpu& vcpu() { return vcpu_; }
  Scheduler& scheduler() { return scheduler_; }
  PcpuId pcpu() const;  // ghost: where it is, which may be over at the next verb

  // Into the hypervisor, `body` there on the pCPU's own verbs, and back.
  void hypercall(const Hypercall& body);
  void hypercall() override;
  // The same, but the body pays for the way in and out by its own Cpu::hypercall().
  void in_hypervisor(const Hypercall& body);

  // Until an event has come. The event is taken.
  void block();
  // The same, or until then: false if no event came.
  bool block_until(Time until);
  // Lets others that wait for this pCPU go first.
  void yield();
  // 64-bit PV: into the guest's kernel and back to its user program. Both go through the
  // hypervisor, which changes to the other page tables. The guest starts in its kernel.
  void enter_kernel();
  void leave_kernel();
  // In the kernel: the page tables of another process.
  void new_base(Address kernel, Address user);

  // An event for another vCPU, of any domain: wakes it if it is blocked.
  void notify(Vcpu& other);

  void relax(Where where = Where::here()) override;
  void compute(Duration length) override;
  bool set_interrupts(bool on_or_off) override;
  void halt(Time until) override { block_until(until); }
  // A guest that waits is no pCPU that waits.
  void waits_for(const std::string&, PcpuId) override {}
  void waits_for_nothing() override {}

  // For the scheduler: where the next verb is done.
  void comes_to(SchedPcpu& pcpu) { on_ = &pcpu; }

 private:
  Cpu& on() override;
  Cpu& now_on() const override;
  void give_up();

  Scheduler& scheduler_;
  Vcpu& vcpu_;
  SchedPcpu* on_ = nullptr;
  bool interrupts_on_ = true;
};

}  // namespace hvsim
