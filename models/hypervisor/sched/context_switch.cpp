// From one vCPU to another: run state, registers, page tables. With interrupts off.
#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

// A switch to idle leaves everything as it is: if the vCPU comes back before another does, there
// is nothing to be done. Whatever else is held goes before anything is waited for, so that two
// pCPUs do not wait for each other.
void Scheduler::context_switch(Cpu& cpu, SchedPcpu& self, Vcpu* prev, Vcpu* next) {
  if (prev != nullptr) {
    prev->runstate.update(cpu);
  }
  if (next == nullptr) {
    cpu.store(prev->words.registers_on, self.id.n + 1);
    self.registers_of = prev;
  } else if (self.registers_of == next) {
    cpu.store(next->words.registers_on, 0);
    self.registers_of = nullptr;
  } else {
    save_lazily_held(cpu, self);
    fetch_registers(cpu, *next);
  }
  if (prev != nullptr) {
    cpu.store(prev->words.is_running, 0);
  }
  if (next != nullptr) {
    next->runstate.update(cpu);
  }
}

void Scheduler::save_lazily_held(Cpu& cpu, SchedPcpu& self) {
  if (self.registers_of != nullptr) {
    cpu.store(self.registers_of->words.registers_on, 0);
    self.registers_of = nullptr;
  }
}

// They may still be on the pCPU that ran it last and has been idle since.
void Scheduler::fetch_registers(Cpu& cpu, Vcpu& next) {
  const std::uint32_t held = cpu.load(next.words.registers_on);
  if (held == 0) {
    return;
  }
  raise(cpu, PcpuId{held - 1}, softirq::save_registers);
  while (cpu.load(next.words.registers_on) != 0) {
    cpu.relax();
  }
}

}  // namespace hvsim
