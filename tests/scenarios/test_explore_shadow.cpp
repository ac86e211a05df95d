// Exploring finds every broken loader of L4s and nothing in the others.
#include <gtest/gtest.h>

#include "models/hypervisor/shadow/catalog.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/explore.hpp"

namespace hvsim {
namespace {

Exploration explore_loader(const std::string& loader, const std::string& block, Strategy strategy,
                           std::uint64_t schedules) {
  Overrides overrides;
  overrides.set = {{"loader", loader}, {"copy_block", block}};
  ExploreOptions options;
  options.strategy = strategy;
  options.schedules = schedules;
  return explore(read_scenario_file(HVSIM_SOURCE_DIR "/scenarios/explore-shadow.json", overrides),
                 options);
}

TEST(ExploredShadowsSlow, OfBrokenLoadersAreFoundAndOfOthersNothingIs) {
  for (const L4LoaderKind& kind : l4_loader_kinds()) {
    if (kind.name == "direct") {
      continue;  // it lets pCPUs share a table, which these guests do
    }
    const Exploration exploration =
        explore_loader(kind.name, "entry", Strategy::noise, kind.broken ? 400 : 200);
    EXPECT_EQ(!exploration.found.empty(), kind.broken) << kind.name;
  }
}

TEST(ExploredShadowsSlow, OfCopiesThatAreMadeAgainIfTheFlagIsUpAreNot) {
  EXPECT_TRUE(explore_loader("copy_if_changed", "line", Strategy::noise, 300).found.empty());
}

}  // namespace
}  // namespace hvsim
