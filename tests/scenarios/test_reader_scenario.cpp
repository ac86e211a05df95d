// Scenario files: what is read, and each mistake with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/reader_lab.hpp"

namespace hvsim::reader {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ScenarioReader, AGoodFileIsReadWhole) {
  const Scenario scenario = read_scenario_text(good, file);
  EXPECT_EQ(scenario.name, "try");
  EXPECT_EQ(scenario.machine, "toy-2s4c");
  EXPECT_EQ(scenario.machines.at("toy-2s4c").sockets, 2u);
  EXPECT_EQ(scenario.workload->name, "lock_storm");
  EXPECT_EQ(scenario.settings.at("prices.l3_hit"), "25 ns");
  EXPECT_EQ(scenario.settings.at("workload.section"), "100 ns");
  EXPECT_EQ(scenario.settings.size(), 2u);
  EXPECT_EQ(scenario.set_at.at("workload.section").line, 6u);
  EXPECT_EQ(scenario.set_at.at("workload.section").pointer, "/workload/section");
  ASSERT_EQ(scenario.axes.size(), 2u);
  EXPECT_EQ(scenario.axes[0].name, "threads");
  EXPECT_EQ(scenario.axes[0].path, "workload.threads");
  EXPECT_THAT(scenario.axes[0].values, ElementsAre("1", "2", "4"));
  EXPECT_EQ(scenario.axes[0].at.line, 8u);
  EXPECT_EQ(scenario.axes[0].at.column, 5u);
  EXPECT_THAT(scenario.axes[1].values, ElementsAre("word_rwlock", "percpu_rwlock"));
  EXPECT_THAT(scenario.seeds, ElementsAre(1u, 2u));
  ASSERT_EQ(scenario.claims.size(), 1u);
  EXPECT_EQ(scenario.claims[0].metric, "ops_per_ms");
  EXPECT_EQ(scenario.claims[0].at_least_thousandths, 1'500);
  EXPECT_EQ(scenario.claims[0].at_most_thousandths, 4'000);
  EXPECT_EQ(scenario.claims[0].at.at("threads"), "4");
  EXPECT_EQ(scenario.claims[0].over->at("lock"), "word_rwlock");
}

TEST(ScenarioReader, AllMistakesOfAFileAreReportedAtOnceInOrderOfPlace) {
  EXPECT_THAT(
      problems(R"({
  "seeds": [],
  "claims": [ { "says": "x", "source": "y", "metric": "opsperms", "at_least": 1 } ],
  "axes": { "threads": [0] },
  "workload": { "kind": "lock_storm", "sektion": "1 ns" },
  "naem": "try"
})"),
      ElementsAre(
          "1:1: the key \"name\" is missing: the scenario's name: letters, digits, \"-\", "
          "\"_\" and \".\"",
          "1:1: the key \"why\" is missing: what is asked, and why it matters",
          "1:1: the key \"machine\" is missing: name a machine, or make it an axis",
          "2:12: expected at least one seed (/seeds)",
          "3:55: no metric of lock_storm is called \"opsperms\"; did you mean \"ops_per_ms\"? "
          "(/claims/0/metric)",
          "4:25: must be from 1 to 512, found 0 (/axes/threads/0)",
          "5:39: unknown key \"sektion\"; did you mean \"section\"? (/workload/sektion)",
          "6:3: unknown key \"naem\"; did you mean \"name\"? (/naem)"));
}

// Refused for 2,000 unknown keys, and four that are missing: why, workload, seeds, machine.
BadInput refused_for_very_much() {
  std::string text = "{";
  for (int i = 0; i < 2'000; ++i) {
    text += "\"x" + std::to_string(i) + "\": 1,\n";
  }
  try {
    read_scenario_text(text + "\"name\": \"try\"}", "f");
  } catch (const BadInput& bad) {
    return bad;
  }
  return BadInput({});
}

TEST(ScenarioReader, OfAThousandMistakesAndMoreTheRestIsCounted) {
  const BadInput bad = refused_for_very_much();
  EXPECT_EQ(bad.problems().size(), 1'000u);
  EXPECT_THAT(bad.what(), testing::EndsWith("\nand 1004 problems more"));
}

TEST(ScenarioReader, MistakesOfSeveralFilesAreCountedTogether) {
  Problems problems;
  problems.add_all(refused_for_very_much());
  problems.add_all(refused_for_very_much());
  EXPECT_EQ(problems.size(), 2u * 2'004);
  try {
    problems.throw_if_any();
    FAIL() << "4,008 problems were passed over";
  } catch (const BadInput& bad) {
    EXPECT_EQ(bad.problems().size(), 1'000u);
    EXPECT_THAT(bad.what(), testing::EndsWith("\nand 3008 problems more"));
  }
}

TEST(ScenarioReader, AFileThatIsNoObjectIsOneMistake) {
  EXPECT_THAT(problems("[1]"), ElementsAre("1:1: expected an object, found an array"));
}

TEST(ScenarioReader, NamesAreFitForFileNames) {
  EXPECT_THAT(problems(with("\"try\"", "\"../Try\"")),
              ElementsAre("2:11: a name has letters, digits, \"-\", \"_\" and \".\", at most "
                          "100, found \"../Try\" (/name)"));
  EXPECT_THAT(problems(with("\"try\"", "\"\"")),
              ElementsAre("2:11: expected a name, found an empty string (/name)"));
  EXPECT_THAT(problems(with("\"try\"", "7")),
              ElementsAre("2:11: expected a name as a string, found a number (/name)"));
}

TEST(ScenarioReader, AnUnknownMachineIsSaidWithTheNearest) {
  const Lines lines = problems(with("\"toy-2s4c\"", "\"toy-2s4\""));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], StartsWith("4:14: no machine is called \"toy-2s4\"; there are "));
  EXPECT_THAT(lines[0],
              HasSubstr("haswell-ep-2s18c, sandybridge-ep-2s8c, toy-2s4c and toy-8s32c"));
  EXPECT_THAT(lines[0], HasSubstr("; did you mean \"toy-2s4c\"? (/machine)"));
  EXPECT_THAT(problems(with("\"toy-2s4c\"", "\"no/such.json\"")),
              ElementsAre("4:14: no/such.json: no such file (/machine)"));
  EXPECT_THAT(problems(with("\"toy-2s4c\"", "2")),
              ElementsAre("4:14: expected the name or path of a machine, found a number "
                          "(/machine)"));
}

TEST(ScenarioReader, AMachineMayBeGivenByPathFromTheScenariosFolder) {
  const Scenario scenario =
      read_scenario_text(with("\"toy-2s4c\"", "\"../models/machines/toy-2s4c.json\""), file);
  EXPECT_EQ(scenario.machines.at("../models/machines/toy-2s4c.json").name, "toy-2s4c");
}

TEST(ScenarioReader, AMachineMayBeAnAxisInsteadOfAKey) {
  std::string text = with("\"machine\": \"toy-2s4c\",", "");
  const std::string axis = "\"machine\": [\"toy-2s4c\", \"haswell-ep-2s18c\"], ";
  text.insert(text.find("\"threads\": ["), axis);
  const Scenario scenario = read_scenario_text(
      text.replace(text.find("\"at\": {"), 7, "\"at\": { \"machine\": \"toy-2s4c\","), file);
  EXPECT_EQ(scenario.machine, "");
  EXPECT_EQ(scenario.axes[0].path, "machine");
  EXPECT_EQ(scenario.machines.size(), 2u);
}

TEST(ScenarioReader, PricesAndLimitsHaveUnitsAndKnownNames) {
  const std::string old = "{ \"l3_hit\": \"25 ns\" }";
  EXPECT_THAT(problems(with(old, "{ \"l3_hti\": \"25 ns\" }")),
              ElementsAre("5:15: unknown key \"l3_hti\"; did you mean \"l3_hit\"? "
                          "(/prices/l3_hti)"));
  EXPECT_THAT(problems(with(old, "{ \"l3_hit\": 25 }")),
              ElementsAre("5:25: 25 has no unit: expected a duration such as \"100 us\" "
                          "(/prices/l3_hit)"));
  EXPECT_THAT(problems(with(old, "{ \"l3_hit\": \"25 cycles\" }")),
              ElementsAre("5:25: \"25 cycles\" has the unknown unit \"cycles\": expected ps, ns, "
                          "us, ms or s (/prices/l3_hit)"));
  EXPECT_THAT(problems(with(old, "{ \"l3_hit\": \"-25 ns\" }")),
              ElementsAre("5:25: must be from 1 ps to 1 ms, found \"-25 ns\" (/prices/l3_hit)"));
  EXPECT_THAT(
      problems(with(old, "{}, \"limits\": { \"link_bandwidth\": \"3 GB\" }")),
      ElementsAre("5:47: \"3 GB\" has the unknown unit \"GB\": expected B/s, kB/s, MB/s or "
                  "GB/s (/limits/link_bandwidth)"));
  EXPECT_THAT(problems(with(old, "{}, \"hand_over\": \"local_frist\"")),
              ElementsAre("5:30: expected one of fifo, local_first or local_first_retry, found "
                          "\"local_frist\"; did you mean \"local_first\"? (/hand_over)"));
}

TEST(ScenarioReader, PricesThatContradictTheMachinesAreErrors) {
  EXPECT_THAT(problems(with("25 ns", "31 ns")),
              ElementsAre("5:25: l3_hit (31 ns) must not be above clean_same (30 ns) on toy-2s4c "
                          "(/prices/l3_hit)"));
  EXPECT_THAT(problems(with("25 ns", "9 ns")),
              ElementsAre("5:25: l3_request (10 ns) must not be above l3_hit (9 ns) on toy-2s4c "
                          "(/prices/l3_hit)"));
  EXPECT_THAT(problems(good, {{}, {{"prices.l3_hit", "20 ns,45 ns"}}, {}}),
              ElementsAre("--sweep prices.l3_hit=20 ns,45 ns: l3_hit (45 ns) must not be above "
                          "clean_same (30 ns) on toy-2s4c",
                          "--sweep prices.l3_hit=20 ns,45 ns: l3_hit (45 ns) must not be above "
                          "dirty_same (40 ns) on toy-2s4c"));
}

TEST(ScenarioReader, AnUnknownWorkloadListsTheKnownOnes) {
  const Lines lines = problems(with("\"lock_storm\"", "\"lock_strom\""));
  ASSERT_EQ(lines.size(), 1u);  // nothing is said of its parameters, axes and metrics
  EXPECT_THAT(lines[0], StartsWith("6:25: no workload is called \"lock_strom\"; there are "));
  EXPECT_THAT(lines[0], HasSubstr("; did you mean \"lock_storm\"? (/workload/kind)"));
  EXPECT_THAT(problems(with("\"kind\": \"lock_storm\", ", ""))[0],
              StartsWith("6:15: the key \"kind\" is missing: one of "));
}

TEST(ScenarioReader, AnAxisHasKnownDifferentValuesOfASettingThatIsNotSet) {
  const std::string threads = "\"threads\": [1, 2, 4]";
  const auto claimless = [&](const std::string& axis) {
    const std::string text = with(threads, axis);
    return problems(text.substr(0, text.find(",\n  \"claims\"")) + "\n}");
  };
  EXPECT_THAT(claimless("\"threads\": []"),
              ElementsAre("8:16: an axis has at least one value (/axes/threads)"));
  EXPECT_THAT(claimless("\"threads\": 4"),
              ElementsAre("8:16: expected an array, found a number (/axes/threads)"));
  EXPECT_THAT(claimless("\"threads\": [1, 2, 1]"),
              ElementsAre("8:23: the value 1 is there twice (/axes/threads/2)"));
  EXPECT_THAT(claimless("\"think\": [\"1 us\", \"1000 ns\"]"),
              ElementsAre("8:23: the value 1 us is there twice (/axes/think/1)"));
  EXPECT_THAT(claimless("\"thraeds\": [1]"),
              ElementsAre("8:5: nothing that can be varied is called \"thraeds\"; did you mean "
                          "\"threads\"? (/axes/thraeds)"));
  EXPECT_THAT(claimless("\"threads\": [1], \"workload.threads\": [2]"),
              ElementsAre("8:21: this axis is there twice (/axes/workload.threads)"));
  EXPECT_THAT(claimless("\"section\": [\"1 us\"]"),
              ElementsAre("8:5: workload.section is an axis here and has one value in line 6 "
                          "(/axes/section)"));
}

TEST(ScenarioReader, AnAxisGoesByItsShortNameHoweverItIsWritten) {
  const Scenario scenario =
      read_scenario_text(with("\"threads\": [", "\"workload.threads\": ["), file);
  EXPECT_EQ(scenario.axes[0].name, "threads");
}

TEST(ScenarioReader, SeedsAreDifferentWholeNumbers) {
  EXPECT_THAT(
      problems(with("[1, 2],\n  \"claims\"", "[1, 1.5, -1, 1],\n  \"claims\"")),
      ElementsAre("11:16: expected a whole number, written with digits only, found \"1.5\" "
                  "(/seeds/1)",
                  "11:21: must be from 0 to 9223372036854775807, found -1 (/seeds/2)",
                  "11:25: the seed 1 is there twice (/seeds/3)"));
}

TEST(ScenarioReader, MoreRunsThanAnybodyMeansIsAnError) {
  std::string seeds = "[1";
  for (int i = 2; i <= 50'000; ++i) {
    seeds += "," + std::to_string(i);
  }
  EXPECT_THAT(
      problems(with("\"seeds\": [1, 2]", "\"seeds\": " + seeds + "]")),
      ElementsAre(
          "1:1: axes and seeds make more than 100000 cells: raise the limit with --max-cells"));
}

TEST(ScenarioReader, AFileThatCannotBeReadIsSaidByName) {
  try {
    read_scenario_file("no/such/scenario.json");
    FAIL();
  } catch (const BadInput& bad) {
    EXPECT_STREQ(bad.what(), "no/such/scenario.json: no such file");
  }
}

}  // namespace
}  // namespace hvsim::reader
