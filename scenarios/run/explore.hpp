// Runs a scenario's cells under many hostile schedules and gathers the findings.
//
// Schedules are numbered from 0 and go round the cells: schedule k is for cell k modulo the
// number of cells, in the order of cells_of(). The first round is undisturbed: what it finds
// takes no schedule at all.
// What it guarantees: the outcome depends on the scenario, the strategy, the seed and the numbers
// of the schedules, not on the number of jobs. When told to stop, no new schedule is begun, those
// under way are finished, and what they found comes back.
// Errors: BadArgument if a cell's values do not fit its machine; InternalError, naming the
// schedule, for anything else that a run threw.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/hostile_run.hpp"

namespace hvsim {

struct ExploreOptions {
  Strategy strategy = Strategy::noise;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;      // number of the first schedule
  std::uint64_t schedules = 0;  // how many
  unsigned jobs = 1;
  const std::atomic<bool>* stop = nullptr;
  // Counts up as schedules end, for whoever shows how far it is.
  std::atomic<std::uint64_t>* done = nullptr;
};

// Findings of one rule and place at one point of the axes are one.
struct FoundOnce {
  Point at;
  std::string rule;
  std::string place;                 // "" of a run that hangs
  std::uint64_t shown_by = 0;        // schedules ...
  std::uint64_t of = 0;              // ... of those that were run at this point
  std::uint64_t first_schedule = 0;  // the smallest number that shows it
};

struct Exploration {
  std::uint64_t schedules = 0;   // that were run
  std::vector<FoundOnce> found;  // by the number of the first schedule
};

Exploration explore(const Scenario& scenario, const ExploreOptions& options);

// One schedule again: its cell, and how it went.
struct OneSchedule {
  Cell cell;
  HostileOutcome outcome;
};
OneSchedule run_schedule(const Scenario& scenario, Strategy strategy, std::uint64_t seed,
                         std::uint64_t number);

}  // namespace hvsim
