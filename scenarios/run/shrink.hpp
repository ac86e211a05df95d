// Makes a failing schedule small: the fewest perturbations that still show the finding, and these
// as short as they can be.
//
// Delta debugging (Zeller and Hildebrandt, TSE 2002) over the perturbations that happened, then
// over the points of those that cover several, then over their lengths, and so on until nothing
// goes any more. What it guarantees: the plan that comes back shows a finding of the same rule at
// the same place; without any one of its perturbations it does not, unless the limit on the number
// of runs ended the search.
#pragma once

#include "scenarios/run/hostile_run.hpp"

namespace hvsim {

inline constexpr unsigned most_shrinking_runs = 4000;

struct Shrunk {
  HostileOutcome outcome;  // of the smallest plan
  unsigned runs = 0;
  bool smallest = true;  // false: the limit ended it
};

// `failing` has a finding.
Shrunk shrink(const Cell& cell, const HostileOutcome& failing,
              unsigned most_runs = most_shrinking_runs);

}  // namespace hvsim
