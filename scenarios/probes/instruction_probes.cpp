// Instructions that touch no memory.
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

Probe instruction(const char* name, const char* priced, Program verbs) {
  return {name, price(priced), "",
          [verbs](Bench& bench) { return bench.time(bench.core(0), verbs); }};
}

}  // namespace

std::vector<Probe> instruction_probes(const MachineSpec&) {
  return {
      instruction("pause", "pause", [](Cpu& cpu) { cpu.relax(); }),
      instruction("hypercall", "hypercall", [](Cpu& cpu) { cpu.hypercall(); }),
      instruction("syscall", "syscall", [](Cpu& cpu) { cpu.syscall(); }),
      instruction("sysret", "sysret", [](Cpu& cpu) { cpu.sysret(); }),
      instruction("switching registers", "context_switch",
                  [](Cpu& cpu) { cpu.switch_registers(); }),
      instruction("setting the timer", "timer_set",
                  [](Cpu& cpu) { cpu.set_timer(Time::never()); }),
  };
}

}  // namespace hvsim::probes
