// A scenario's file, as written: before the command line changes it.
#pragma once

#include <string>

#include "scenarios/run/node.hpp"
#include "scenarios/run/scenario.hpp"
#include "scenarios/run/settings.hpp"

namespace hvsim {

// Everything but the claims (claim_reader.hpp). Where the file is wrong it complains and leaves
// the part out, so what it returns is whole only if there are no problems.
Scenario read_as_written(const Node& root);

// Reads a machine into scenario.machines; its problems become problems at `at`.
// `named_in` as in machine_files.hpp.
void load_machine(Scenario& scenario, const std::string& name, const std::string& named_in,
                  const Location& at, Problems& problems);

// A problem if a scenario has more cells than anybody means to run.
void check_size(const Scenario& scenario, std::uint64_t most_cells, Problems& problems);

}  // namespace hvsim
