// --set, --sweep and --seed: what they change, and what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/reader_lab.hpp"

namespace hvsim::reader {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

Overrides set(const std::string& path, const std::string& value) {
  return {{{path, value}}, {}, {}};
}

Overrides sweep(const std::string& path, const std::string& values) {
  return {{}, {{path, values}}, {}};
}

Scenario read(const Overrides& overrides) {
  return read_scenario_text(good, file, overrides);
}

TEST(Overrides, SetFixesAValueAndDropsTheAxisOfThatName) {
  const Scenario scenario = read(set("threads", "8"));
  ASSERT_EQ(scenario.axes.size(), 1u);
  EXPECT_EQ(scenario.axes[0].name, "lock");
  EXPECT_EQ(scenario.settings.at("workload.threads"), "8");
  EXPECT_EQ(scenario.set_at.at("workload.threads").file, "--set threads=8");
  EXPECT_EQ(scenario.claims.size(), 1u);  // kept, though its rows are gone
}

TEST(Overrides, PathsAndShortNamesMeanTheSame) {
  EXPECT_EQ(read(set("workload.section", "2000 ns")).settings.at("workload.section"), "2 us");
  EXPECT_EQ(read(set("prices.l3_hit", "21 ns")).settings.at("prices.l3_hit"), "21 ns");
  EXPECT_EQ(read(set("l3_hit", "21 ns")).settings.at("prices.l3_hit"), "21 ns");
  EXPECT_EQ(read(set("hand_over", "fifo")).settings.at("hand_over"), "fifo");
  EXPECT_EQ(read(set("limits.line_fill_buffers", "7")).settings.at("limits.line_fill_buffers"),
            "7");
  EXPECT_EQ(read(set("spread", "true")).settings.at("workload.spread"), "true");
}

TEST(Overrides, AMachineIsReadAgain) {
  const Scenario scenario = read(set("machine", "haswell-ep-2s18c"));
  EXPECT_EQ(scenario.machine, "haswell-ep-2s18c");
  EXPECT_EQ(scenario.machines.at("haswell-ep-2s18c").cores_per_socket, 18u);
}

TEST(Overrides, SweepReplacesTheAxisInItsPlace) {
  const Scenario scenario = read(sweep("threads", "8, 16"));
  ASSERT_EQ(scenario.axes.size(), 2u);
  EXPECT_EQ(scenario.axes[0].path, "workload.threads");
  EXPECT_THAT(scenario.axes[0].values, ElementsAre("8", "16"));
}

TEST(Overrides, SweepAddsAnAxisAndUnsetsTheValue) {
  const Scenario scenario = read(sweep("section", "1 us,100 ns"));
  ASSERT_EQ(scenario.axes.size(), 3u);
  EXPECT_EQ(scenario.axes[2].name, "section");
  EXPECT_THAT(scenario.axes[2].values, ElementsAre("1 us", "100 ns"));
  EXPECT_EQ(scenario.settings.count("workload.section"), 0u);
  EXPECT_EQ(scenario.set_at.count("workload.section"), 0u);
  const Scenario machines = read(sweep("machine", "toy-2s4c,haswell-ep-2s18c"));
  EXPECT_EQ(machines.machine, "");
  EXPECT_EQ(machines.machines.size(), 2u);
}

TEST(Overrides, SeedsAreReplaced) {
  EXPECT_THAT(read({{}, {}, 18'446'744'073'709'551'615u}).seeds,
              ElementsAre(18'446'744'073'709'551'615u));
  EXPECT_THAT(read(set("seeds", "5, 6,7")).seeds, ElementsAre(5u, 6u, 7u));
}

TEST(Overrides, WhatIsWrongIsSaidWithTheOption) {
  EXPECT_THAT(problems(good, set("threads", "x")),
              ElementsAre("--set threads=x: expected a whole number, written with digits only, "
                          "found \"x\""));
  EXPECT_THAT(problems(good, set("threads", "4,8")),
              ElementsAre("--set threads=4,8: expected a whole number, written with digits only, "
                          "found \"4,8\""));
  EXPECT_THAT(problems(good, set("threads", "1000")),
              ElementsAre("--set threads=1000: must be from 1 to 512, found 1000"));
  EXPECT_THAT(
      problems(good, set("thredas", "4")),
      ElementsAre("--set thredas=4: nothing that can be set is called \"thredas\"; did you "
                  "mean \"threads\"?"));
  EXPECT_THAT(problems(good, set("section", "100")),
              ElementsAre("--set section=100: \"100\" has no unit: expected ps, ns, us, ms or s"));
  EXPECT_THAT(problems(good, set("machine", "toy"))[0],
              StartsWith("--set machine=toy: no machine is called \"toy\"; there are "));
  EXPECT_THAT(problems(good, set("machine", "no.json")),
              ElementsAre("--set machine=no.json: no.json: no such file"));
  EXPECT_THAT(problems(good, set("seeds", "1,x,1")),
              ElementsAre("--set seeds=1,x,1: expected a whole number, written with digits only, "
                          "found \"x\"",
                          "--set seeds=1,x,1: the seed 1 is there twice"));
  EXPECT_THAT(problems(good, sweep("threads", "4,4")),
              ElementsAre("--sweep threads=4,4: the value 4 is there twice"));
  EXPECT_THAT(problems(good, sweep("threads", "")),
              ElementsAre("--sweep threads=: expected a whole number, written with digits only, "
                          "found \"\""));
  EXPECT_THAT(problems(good, sweep("seeds", "1,2")),
              ElementsAre("--sweep seeds=1,2: seeds are no axis: use --set seeds=1,2"));
  EXPECT_THAT(problems(good, set("workload.kind", "sleepers")),
              ElementsAre("--set workload.kind=sleepers: nothing that can be set is called "
                          "\"workload.kind\"; did you mean \"workload.think\"?"));
}

TEST(Overrides, WhatIsGivenTwiceIsRefused) {
  EXPECT_THAT(problems(good, {{{"threads", "4"}}, {{"workload.threads", "1,2"}}, {}}),
              ElementsAre("--sweep workload.threads=1,2: workload.threads is given twice"));
  EXPECT_THAT(problems(good, {{{"seeds", "4"}}, {}, 5}),
              ElementsAre("--seed 5: seeds is given twice"));
}

TEST(Overrides, MistakesOfTheFileComeFirst) {
  EXPECT_THAT(problems(with("\"why\"", "\"wyh\""), set("threads", "x")),
              ElementsAre("1:1: the key \"why\" is missing: what is asked, and why it matters",
                          "3:3: unknown key \"wyh\"; did you mean \"why\"? (/wyh)",
                          "--set threads=x: expected a whole number, written with digits only, "
                          "found \"x\""));
}

TEST(Overrides, AClaimThatDoesNotFitTheFileIsWrongWhateverTheCommandLineAdds) {
  EXPECT_THAT(problems(with("{ \"threads\": 4 }", "{ \"threads\": 8 }"), sweep("threads", "8")),
              ElementsAre("14:26: the axis threads has no value 8; it has 1, 2 and 4 "
                          "(/claims/0/at/threads)"));
}

TEST(Overrides, MoreRunsThanAnybodyMeansIsAnError) {
  std::string values = "1";
  for (int i = 2; i <= 512; ++i) {
    values += "," + std::to_string(i);
  }
  EXPECT_THAT(
      problems(good, {{}, {{"threads", values}, {"online", values}}, {}}),
      ElementsAre(
          "1:1: axes and seeds make more than 100000 cells: raise the limit with --max-cells"));
}

}  // namespace
}  // namespace hvsim::reader
