// Canonical JSON of what was asked, with every default filled in: equal questions, equal bytes.
//
// Written into results and hashed into the key of a cell. Whole numbers only, keys in a fixed
// order, no host path, no location.
#pragma once

#include <string>

#include "scenarios/run/scenario.hpp"

namespace hvsim {

// A scenario that, read again, asks the same question: axes, seeds, claims, every setting.
std::string resolved_json(const Scenario& scenario);

// Everything a run depends on and nothing else: the machine's numbers (without sources and bands),
// the workload's values, the seed. Times in ps, sizes in bytes, fractions in parts per billion.
std::string resolved_json(const Cell& cell);

// A machine's numbers, as in a cell's.
std::string resolved_json(const MachineSpec& machine);

// `text` as a JSON string, quotes included.
std::string json_string(const std::string& text);

}  // namespace hvsim
