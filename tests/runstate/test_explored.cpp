// Exploring finds every broken twin in a scenario that comes with hvsim, and nothing in the
// others.
#include <gtest/gtest.h>

#include "scenarios/run/decode.hpp"
#include "scenarios/run/explore.hpp"
#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

Exploration explore_runstate(const std::string& kind, Strategy strategy, std::uint64_t schedules) {
  Overrides overrides;
  overrides.set = {{"runstate", kind}};
  const Scenario scenario =
      read_scenario_file(HVSIM_SOURCE_DIR "/scenarios/explore-runstate.json", overrides);
  ExploreOptions options;
  options.strategy = strategy;
  options.schedules = schedules;
  return explore(scenario, options);
}

TEST(ExploredRunstate, FindsEveryBrokenTwinAndNothingInTheOthers) {
  for (const RunstateKind& kind : runstate_kinds()) {
    if (make_runstate(kind.name)->remote() == RunstateAlgorithm::Remote::never) {
      continue;  // nobody else may read it
    }
    for (const Strategy strategy : {Strategy::noise, Strategy::pct}) {
      const Exploration exploration = explore_runstate(kind.name, strategy, 300);
      EXPECT_EQ(!exploration.found.empty(), kind.broken) << kind.name;
    }
  }
}

TEST(ExploredRunstate, TheOldReaderIsFoundToTearWhatItReads) {
  const Exploration exploration =
      explore_runstate("plain_copy_read_remotely", Strategy::noise, 300);
  ASSERT_FALSE(exploration.found.empty());
  EXPECT_EQ(exploration.found[0].rule, "RS-S1");
}

}  // namespace
}  // namespace hvsim
