// Instructions that touch no memory.
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

Probe alone(const char* name, const char* priced, Program verbs) {
  return {name, price(priced), "",
          [verbs](Bench& bench) { return bench.time(bench.core(0), verbs); }};
}

}  // namespace

std::vector<Probe> instruction_probes(const MachineSpec&) {
  return {
      alone("pause", "pause", [](Cpu& cpu) { cpu.relax(); }),
      alone("hypercall", "hypercall", [](Cpu& cpu) { cpu.hypercall(); }),
      alone("flush of the own translations", "tlb_flush", [](Cpu& cpu) { cpu.flush_tlb(); }),
  };
}

}  // namespace hvsim::probes
