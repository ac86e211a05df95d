// The locks of scenarios/explore-locks.json, one at a time, for tests of exploring.
#pragma once

#include <string>

#include "scenarios/run/decode.hpp"
#include "scenarios/run/explore.hpp"

namespace hvsim {

inline Scenario explored_locks(const std::string& lock, const std::string& threads = "2") {
  Overrides overrides;
  overrides.set = {{"lock", lock}, {"threads", threads}};
  return read_scenario_file(HVSIM_SOURCE_DIR "/scenarios/explore-locks.json", overrides);
}

inline Exploration explore_locks(const std::string& lock, Strategy strategy,
                                 std::uint64_t schedules, unsigned jobs = 1) {
  ExploreOptions options;
  options.strategy = strategy;
  options.schedules = schedules;
  options.jobs = jobs;
  return explore(explored_locks(lock, "3"), options);
}

// The first schedule that makes a broken lock fail, and how it went.
inline OneSchedule first_failure(const std::string& lock, Strategy strategy) {
  const Scenario scenario = explored_locks(lock, "3");
  // From where on schedules hold something up: what fails before is too easy to make small.
  for (std::uint64_t number = scenario.seeds.size();; ++number) {
    OneSchedule one = run_schedule(scenario, strategy, 1, number);
    if (one.outcome.finding) {
      return one;
    }
  }
}

}  // namespace hvsim
