#include "models/hypervisor/sched/guest_cpu.hpp"

#include <utility>

#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

PcpuId GuestCpu::pcpu() const {
  return on_->id;
}

Cpu& GuestCpu::now_on() const {
  return *on_->cpu;
}

// Interrupts that are due are taken first, so that one that wants the pCPU gets it before the
// guest's next verb and not after it.
Cpu& GuestCpu::on() {
  on_->cpu->take_interrupts();
  while (on_->attention) {
    give_up();
    on_->cpu->take_interrupts();
  }
  return *on_->cpu;
}

// To the pCPU's own stack; comes back on whichever pCPU runs this vCPU next.
void GuestCpu::give_up() {
  vcpu_.context->suspend();
}

void GuestCpu::in_hypervisor(const Hypercall& body) {
  body(on());
  if (on_->attention) {
    give_up();
  }
}

void GuestCpu::hypercall(const Hypercall& body) {
  in_hypervisor([&](Cpu& cpu) {
    cpu.hypercall();
    body(cpu);
  });
}

void GuestCpu::hypercall() {
  hypercall([](Cpu&) {});
}

void GuestCpu::block() {
  block_until(Time::never());
}

bool GuestCpu::block_until(Time until) {
  if (load(vcpu_.events.pending) == 0) {
    hypercall([&](Cpu& cpu) { scheduler_.block(cpu, vcpu_, until); });
  }
  return xchg(vcpu_.events.pending, 0) != 0;
}

void GuestCpu::yield() {
  hypercall([&](Cpu& cpu) { scheduler_.yield(cpu, vcpu_); });
}

void GuestCpu::enter_kernel() {
  hypercall([&](Cpu& cpu) { scheduler_.toggle(cpu, vcpu_, true); });
}

void GuestCpu::leave_kernel() {
  hypercall([&](Cpu& cpu) { scheduler_.toggle(cpu, vcpu_, false); });
}

void GuestCpu::new_base(Address kernel, Address user) {
  hypercall([&](Cpu& cpu) { scheduler_.new_base(cpu, vcpu_, kernel, user); });
}

void GuestCpu::notify(Vcpu& other) {
  hypercall([&](Cpu& cpu) { scheduler_.notify(cpu, other); });
}

// A turn that an interrupt came before is not lost: it follows when this vCPU runs again.
void GuestCpu::relax(Where where) {
  while (!on().relax_until_interrupt(where)) {
  }
}

void GuestCpu::compute(Duration length) {
  for (Duration left = length; left > Duration{};) {
    left = on().compute_until_interrupt(left);
  }
}

bool GuestCpu::set_interrupts(bool on_or_off) {
  return std::exchange(interrupts_on_, on_or_off);
}

}  // namespace hvsim
