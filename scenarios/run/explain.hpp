// Answers "what is this value, where does it come from, what does it mean".
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/scenario.hpp"

namespace hvsim {

// Lines to print about one path of a scenario ("queues", "prices.l3_hit", "machine", ...): value,
// origin (default, machine file, file:line, --set), unit and range, meaning. Errors: BadInput if
// there is no such path, with a suggestion.
std::vector<std::string> explain(const Scenario& scenario, const std::string& path);

}  // namespace hvsim
