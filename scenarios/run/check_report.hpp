// What `hvsim machine check` prints: each probe by the file and as measured.
#pragma once

#include <string>
#include <vector>

#include "scenarios/probes/check.hpp"

namespace hvsim {

struct CheckedMachine {
  MachineSpec machine;
  std::vector<probes::Checked> probes;

  bool agrees() const;
};

// A table a machine, with what does not agree said once more below it.
std::string check_table(const std::vector<CheckedMachine>& machines);
std::string check_json(const std::vector<CheckedMachine>& machines);
// One table for all machines, a column each, as in docs/validation.md; probes that none of them
// can do are not in it, but why they cannot is below it.
std::string check_markdown(const std::vector<CheckedMachine>& machines);

}  // namespace hvsim
