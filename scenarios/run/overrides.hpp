// What the command line changes of a scenario that was read.
#pragma once

#include "scenarios/run/decode.hpp"

namespace hvsim {

// Problems are at "--set queues=x" and the like. `file` is the scenario's, beside which machines
// are looked for by name.
void apply(const Overrides& overrides, const std::string& file, Scenario& scenario,
           Problems& problems);

}  // namespace hvsim
