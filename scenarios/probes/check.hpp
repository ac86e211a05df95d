// A machine held against its file: every probe, measured and by its closed form.
#pragma once

#include <string>
#include <vector>

#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {

// One probe on one machine.
struct Checked {
  std::string name;
  Formula formula;
  std::string left_out;   // why it was not measured; "" if it was
  Duration by_formula{};  // the next two only if it was measured
  Duration measured{};

  bool agrees() const { return !left_out.empty() || measured == by_formula; }
};

// `built` is the machine that is run, `file` the one that the closed forms and the programs go by:
// the same, unless a test wants to see them differ. Errors: what Machine::run throws.
std::vector<Checked> check_machine(const MachineSpec& file, const MachineSpec& built);

// One of them. The probe is one of all_probes(file).
Checked check_probe(const Probe& probe, const MachineSpec& file, const MachineSpec& built);

}  // namespace hvsim::probes
