#include "scenarios/probes/check.hpp"

namespace hvsim::probes {

Checked check_probe(const Probe& probe, const MachineSpec& file, const MachineSpec& built) {
  Checked checked{probe.name, probe.formula, probe.lacks};
  if (!checked.left_out.empty()) {
    return checked;
  }
  // A probe gets nothing done that counts as progress, and always ends.
  RunOptions options;
  options.no_progress_after = milliseconds(10'000'000);
  Machine machine(built, options);
  Bench bench(machine, file);
  try {
    checked.measured = probe.measure(bench);
    checked.by_formula = picoseconds(probe.formula.of(file));
  } catch (const OutOfReach& reason) {
    checked.left_out = reason.what();
  }
  return checked;
}

std::vector<Checked> check_machine(const MachineSpec& file, const MachineSpec& built) {
  std::vector<Checked> all;
  for (const Probe& probe : all_probes(file)) {
    all.push_back(check_probe(probe, file, built));
  }
  return all;
}

}  // namespace hvsim::probes
