// The claims of a scenario's file.
//
// A claim that could never be measured on the scenario as written is an error here: an axis or a
// value that is not there, an axis with several values that the claim does not fix, a metric that
// the workload does not count, no bound.
#pragma once

#include "scenarios/run/node.hpp"
#include "scenarios/run/scenario.hpp"

namespace hvsim {

// Fills scenario.claims from the file's root; everything else of the scenario must have been read.
void read_claims(const Node& root, Scenario& scenario);

}  // namespace hvsim
