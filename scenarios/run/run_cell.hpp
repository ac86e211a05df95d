// Runs one cell of a sweep on a machine of its own.
//
// What it guarantees: the outcome depends on the cell alone: the options, but for a noise, say how
// it is simulated, how far and what is told of it; their seed is the cell's. A broken rule, a
// deadlock or a run without progress is a finding of the row, which then has no metrics.
// Errors: LimitReached if the run is beyond its limits; BadParameter if the workload's values do
// not fit the machine; InternalError if the workload reports a metric that its kind does not
// declare.
#pragma once

#include <cstddef>

#include "scenarios/run/result.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {

// How many of a run's lines are kept, hottest first.
inline constexpr std::size_t kept_lines = 32;

struct CellOutcome {
  Row row;
  HostCost cost;  // of this cell: verbs, switches and simulated time
};

CellOutcome run_cell(const Cell& cell, bool keep_lines, RunOptions options = {});

}  // namespace hvsim
