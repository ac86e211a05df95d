// The layers: each planted include must be refused, and none may stand in the tree.
#include <gtest/gtest.h>

#include "tests/tidy/include_rules.hpp"

namespace hvsim::tidy {
namespace {

bool allows(const std::string& path, const std::string& include) {
  return forbidden_includes({path, "#include " + include + "\n"}).empty();
}

TEST(IncludeRules, NoFileOfTheTreeReachesAgainstItsLayer) {
  EXPECT_TRUE(clean(over_the_tree(forbidden_includes)));
}

TEST(IncludeRules, EveryIncludeOfTheTreeNamesAFile) {
  EXPECT_TRUE(
      clean(over_the_tree([](const File& file) { return dangling_includes(file, tree()); })));
}

TEST(IncludeRules, TheBaseSeesNothingButTheStandardLibrary) {
  EXPECT_TRUE(allows("sim/base/a.hpp", "<vector>"));
  EXPECT_TRUE(allows("sim/base/a.hpp", "\"sim/base/time.hpp\""));
  EXPECT_FALSE(allows("sim/base/a.hpp", "\"sim/time/engine.hpp\""));
  EXPECT_FALSE(allows("sim/base/a.hpp", "<unistd.h>"));
}

TEST(IncludeRules, TimeDoesNotKnowTheHardware) {
  EXPECT_TRUE(allows("sim/time/a.cpp", "\"sim/base/time.hpp\""));
  EXPECT_FALSE(allows("sim/time/a.cpp", "\"sim/hw/memory.hpp\""));
}

TEST(IncludeRules, TheHardwareKnowsNoModelAndNoJson) {
  EXPECT_TRUE(allows("sim/hw/a.cpp", "\"sim/time/engine.hpp\""));
  EXPECT_FALSE(allows("sim/hw/a.cpp", "\"models/workload/workload.hpp\""));
  EXPECT_FALSE(allows("sim/hw/a.cpp", "<nlohmann/json.hpp>"));
}

TEST(IncludeRules, AModelSeesTheVerbsAndNotTheSimulator) {
  for (const char* path : {"models/hypervisor/locks/a.cpp", "models/workload/a.cpp"}) {
    EXPECT_TRUE(allows(path, "\"sim/hw/cpu.hpp\"")) << path;
    EXPECT_TRUE(allows(path, "\"sim/base/random.hpp\"")) << path;
    EXPECT_FALSE(allows(path, "\"sim/hw/sim_cpu.hpp\"")) << path;
    EXPECT_FALSE(allows(path, "\"sim/hw/coherence.hpp\"")) << path;
    EXPECT_FALSE(allows(path, "\"sim/hw/machine.hpp\"")) << path;
    EXPECT_FALSE(allows(path, "\"sim/time/engine.hpp\"")) << path;
    EXPECT_FALSE(allows(path, "\"scenarios/run/scenario.hpp\"")) << path;
  }
  EXPECT_TRUE(allows("models/workload/a.cpp", "\"models/hypervisor/locks/rwlock.hpp\""));
  EXPECT_FALSE(allows("models/hypervisor/a.cpp", "\"models/workload/workload.hpp\""));
}

TEST(IncludeRules, AProbeSeesTheVerbsAndTheMachineAsAWhole) {
  EXPECT_TRUE(allows("scenarios/probes/a.cpp", "\"sim/hw/machine.hpp\""));
  EXPECT_TRUE(allows("scenarios/probes/a.cpp", "\"sim/hw/cpu.hpp\""));
  EXPECT_FALSE(allows("scenarios/probes/a.cpp", "\"sim/hw/links.hpp\""));
  EXPECT_FALSE(allows("scenarios/probes/a.cpp", "\"models/workload/workload.hpp\""));
  EXPECT_FALSE(allows("scenarios/probes/a.cpp", "\"scenarios/run/units.hpp\""));
}

TEST(IncludeRules, ScenariosKnowEverythingToTheirLeftAndNothingToTheirRight) {
  EXPECT_TRUE(allows("scenarios/run/a.cpp", "\"sim/hw/machine.hpp\""));
  EXPECT_TRUE(allows("scenarios/run/a.cpp", "<nlohmann/json.hpp>"));
  EXPECT_FALSE(allows("scenarios/run/a.cpp", "\"python/bind/module.hpp\""));
  EXPECT_FALSE(allows("python/bind/a.cpp", "\"sim/hw/machine.hpp\""));
}

TEST(IncludeRules, ALibraryHasItsHome) {
  EXPECT_TRUE(allows("sim/time/fiber_engine.cpp", "<boost/context/fiber.hpp>"));
  EXPECT_FALSE(allows("sim/time/progress.hpp", "<boost/context/fiber.hpp>"));
  EXPECT_TRUE(allows("sim/hw/topology.cpp", "<boost/graph/adjacency_list.hpp>"));
  EXPECT_FALSE(allows("sim/hw/coherence.cpp", "<boost/graph/adjacency_list.hpp>"));
  EXPECT_FALSE(allows("models/workload/a.cpp", "<fmt/format.h>"));
  EXPECT_FALSE(allows("models/workload/a.cpp", "<pthread.h>"));
}

TEST(IncludeRules, AHeaderThatIsNotThereIsNoticed) {
  const std::vector<File> all = {{"sim/base/a.hpp", ""}};
  const File good{"sim/base/b.cpp", "#include \"sim/base/a.hpp\"\n"};
  const File bad{"sim/base/b.cpp", "\n#include \"sim/base/gone.hpp\"\n"};
  EXPECT_EQ(dangling_includes(good, all), Complaints{});
  EXPECT_EQ(dangling_includes(bad, all),
            Complaints{"sim/base/b.cpp:2: no file is called sim/base/gone.hpp"});
}

TEST(IncludeRules, AnIncludeInACommentCountsForNothing) {
  EXPECT_TRUE(allows("sim/base/a.hpp", "<vector>\n// #include \"sim/hw/cpu.hpp\""));
}

}  // namespace
}  // namespace hvsim::tidy
