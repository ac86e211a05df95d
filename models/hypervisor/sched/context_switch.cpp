// From one vCPU to another: run state, registers, page tables; and the page tables of a guest that
// stays where it is.
#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

// A switch to idle leaves everything as it is: if the vCPU comes back before another does, there
// is nothing to be done.
void Scheduler::context_switch(Cpu& cpu, SchedPcpu& self, Vcpu* prev, Vcpu* next) {
  if (prev != nullptr) {
    prev->runstate.update(cpu, prev->tables.in_kernel);
  }
  if (next == nullptr) {
    cpu.store(prev->words.registers_on, self.id.n + 1);
    self.registers_of = prev;
  } else if (self.registers_of == next) {
    cpu.store(next->words.registers_on, 0);
    self.registers_of = nullptr;
  } else {
    fetch_registers(cpu, self, *next);
    switch_tables(cpu, self, *next);
    cpu.switch_registers();
    registers_saved(cpu, self);
  }
  if (prev != nullptr) {
    cpu.ghost_point();
    prev->running_on.reset();
    cpu.store(prev->words.is_running, 0);
  }
  if (next != nullptr) {
    next->runstate.update(cpu, next->tables.in_kernel);
    return_to_guest(cpu);
  }
}

// By an iret, which waits until all stores are out.
void Scheduler::return_to_guest(Cpu& cpu) {
  cpu.fence();
  if (options_.loader != nullptr) {
    options_.loader->check_guest(cpu);
  }
}

// Of the vCPU that was left lazily: from now on it may run elsewhere.
void Scheduler::registers_saved(Cpu& cpu, SchedPcpu& self) {
  if (self.registers_of != nullptr) {
    cpu.store(self.registers_of->words.registers_on, 0);
    self.registers_of = nullptr;
  }
}

// Nothing of any vCPU is left here, and idle's page tables are loaded.
void Scheduler::leave_lazily_held(Cpu& cpu, SchedPcpu& self) {
  if (self.tables_of != nullptr && options_.loader != nullptr) {
    options_.loader->leave_tables(cpu, self.tables_of->tables);
  }
  self.tables_of = nullptr;
  registers_saved(cpu, self);
}

// They may still be on the pCPU that ran it last and has been idle since. What is held here goes
// before they are waited for, so that two pCPUs do not wait for each other. Interrupts are on.
void Scheduler::fetch_registers(Cpu& cpu, SchedPcpu& self, Vcpu& next) {
  const std::uint32_t held = cpu.load(next.words.registers_on);
  if (held == 0) {
    return;
  }
  if (self.registers_of != nullptr) {
    leave_lazily_held(cpu, self);
  }
  raise(cpu, PcpuId{held - 1}, softirq::save_registers);
  while (cpu.load(next.words.registers_on) != 0) {
    cpu.relax();
  }
}

void Scheduler::switch_tables(Cpu& cpu, SchedPcpu& self, Vcpu& next) {
  if (options_.loader != nullptr) {
    PvDomainTables* const previous = self.tables_of == nullptr ? nullptr : &self.tables_of->tables;
    options_.loader->switch_tables(cpu, previous, next.domain.tables, next.tables);
  }
  self.tables_of = &next.domain;
}

// A run state area that could not be written from user mode is made up for in the kernel.
void Scheduler::toggle(Cpu& cpu, Vcpu& self, bool to_kernel) {
  if (self.tables.in_kernel == to_kernel) {
    return;
  }
  if (options_.loader != nullptr) {
    options_.loader->toggle(cpu, self.domain.tables, self.tables);
  } else {
    self.tables.in_kernel = to_kernel;
  }
  if (to_kernel) {
    self.runstate.back_in_kernel(cpu);
  }
}

void Scheduler::new_base(Cpu& cpu, Vcpu& self, Address kernel, Address user) {
  if (options_.loader != nullptr) {
    options_.loader->new_base(cpu, self.domain.tables, self.tables, kernel, user);
  }
}

}  // namespace hvsim
