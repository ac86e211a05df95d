// What an exploration found, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/explore.hpp"
#include "scenarios/run/interleaving.hpp"
#include "scenarios/run/shrink.hpp"

namespace hvsim {

// A finding with all that is said of it.
struct Explained {
  FoundOnce found;
  std::string cell;           // of the first schedule that shows it: "threads=3 seed=1"
  std::uint64_t digest = 0;   // of that schedule's run
  std::size_t perturbed = 0;  // how often that schedule held something up
  std::string replay;         // the command that runs it again
  Shrunk shrunk;
  Interleaving told;  // of the shrunk run
};

struct ExploreReport {
  std::string scenario;
  Strategy strategy = Strategy::noise;
  std::uint64_t seed = 1;
  std::uint64_t asked = 0;  // schedules
  std::uint64_t schedules = 0;
  std::size_t cells = 0;
  std::vector<Explained> findings;
};

std::string explore_table(const ExploreReport& report);
std::string explore_json(const ExploreReport& report);

}  // namespace hvsim
