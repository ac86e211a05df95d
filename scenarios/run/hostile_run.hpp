// One run of a cell under a schedule.
//
// What it guarantees: the outcome depends on the cell, the schedule and the seed of the ranks
// alone; under the plan of an outcome the run goes as it went, to the same digest.
// Errors: BadParameter if the cell's values do not fit its machine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run/hostile_noise.hpp"
#include "scenarios/run/perturbation.hpp"
#include "scenarios/run/scenario.hpp"
#include "scenarios/run/schedule.hpp"
#include "sim/hw/finding.hpp"

namespace hvsim {

struct HostileOutcome {
  std::optional<Finding> finding;
  Plan plan;                 // what was held up
  CellShape shape;           // what a strategy may know
  std::uint64_t digest = 0;  // of the run up to its end or its finding
};

// A run in full, to be told.
struct Story {
  std::vector<DoneVerb> verbs;           // in the order of (time, rank)
  std::vector<Hold> holds;               // likewise
  std::vector<Time> turns_began;         // by pCPU: when it last got something done
  std::map<Address, std::string> names;  // of every word in the verbs
};

// Whether two findings are the same one: a rule broken at a place. Where the pCPUs happen to be
// when a run that hangs is ended says nothing, so there the rule decides alone.
std::string place_that_counts(const Finding& finding);
bool same_finding(const Finding& a, const Finding& b);

HostileOutcome run_under(const Cell& cell, Schedule& schedule,
                         std::optional<std::uint64_t> rank_seed, Story* story = nullptr);

// The same under a plan: no schedule but what is listed.
HostileOutcome run_under(const Cell& cell, const Plan& plan, Story* story = nullptr);

}  // namespace hvsim
