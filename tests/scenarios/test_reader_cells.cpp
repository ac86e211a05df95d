// From a scenario to what one run depends on, and back to canonical JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/explain.hpp"
#include "scenarios/run/json_source.hpp"
#include "scenarios/run/resolved.hpp"
#include "sim/base/check.hpp"
#include "tests/scenarios/reader_lab.hpp"

namespace hvsim::reader {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Point four_on_percpu = {{"threads", "4"}, {"lock", "percpu_rwlock"}};

TEST(MakeCell, AxesSettingsAndDefaultsComeTogether) {
  const Scenario scenario = read_scenario_text(good, file);
  const Cell cell = make_cell(scenario, four_on_percpu, 2);
  EXPECT_EQ(cell.at, four_on_percpu);
  EXPECT_EQ(cell.seed, 2u);
  EXPECT_EQ(cell.values.count("threads"), 4u);
  EXPECT_EQ(cell.values.choice("lock"), "percpu_rwlock");
  EXPECT_EQ(cell.values.duration("section"), nanoseconds(100));
  EXPECT_FALSE(cell.values.flag("spread"));
  EXPECT_EQ(cell.machine.name, "toy-2s4c");
  EXPECT_EQ(cell.machine.prices.l3_hit.value, nanoseconds(25));
  EXPECT_EQ(cell.machine.prices.l3_hit.source, "set by the scenario");
  EXPECT_EQ(cell.machine.prices.l2_hit.value, nanoseconds(5));
}

TEST(MakeCell, MachineHandOverPricesAndLimitsMayBeAxes) {
  const Scenario scenario = read_scenario_text(good, file,
                                               {{{"threads", "2"}, {"lock", "word_rwlock"}},
                                                {{"machine", "toy-2s4c,haswell-ep-2s18c"},
                                                 {"hand_over", "fifo,local_first_retry"},
                                                 {"line_fill_buffers", "3,4"},
                                                 {"clean_same", "35 ns,36 ns"}},
                                                {}});
  const Cell cell = make_cell(scenario,
                              {{"machine", "haswell-ep-2s18c"},
                               {"hand_over", "fifo"},
                               {"line_fill_buffers", "3"},
                               {"clean_same", "36 ns"}},
                              1);
  EXPECT_EQ(cell.machine.name, "haswell-ep-2s18c");
  EXPECT_EQ(cell.machine.hand_over, HandOver::fifo);
  EXPECT_EQ(cell.machine.line_fill_buffers.value, 3);
  EXPECT_EQ(cell.machine.prices.clean_same.value, nanoseconds(36));
}

TEST(MakeCell, APointWithoutAValueForAnAxisIsADefect) {
  const Scenario scenario = read_scenario_text(good, file);
  EXPECT_THROW(make_cell(scenario, {{"threads", "4"}}, 1), InternalError);
}

TEST(ResolvedJson, AScenarioReadAgainIsTheSame) {
  const Scenario scenario = read_scenario_text(good, file);
  const std::string once = resolved_json(scenario);
  EXPECT_EQ(resolved_json(read_scenario_text(once, file)), once);
  EXPECT_THAT(once, HasSubstr("\"write_fraction\": \"0 %\""));  // a default
  EXPECT_THAT(once, HasSubstr("\"threads\": [1, 2, 4]"));
  EXPECT_THAT(once, HasSubstr("\"at_least\": 1.5"));
  EXPECT_THAT(once, Not(HasSubstr("scenarios/try.json")));
}

TEST(ResolvedJson, HowAValueIsWrittenMakesNoDifference) {
  const std::string ns = resolved_json(read_scenario_text(good, file));
  const std::string ps = resolved_json(read_scenario_text(with("100 ns", "100000 ps"), file));
  EXPECT_EQ(ns, ps);
  EXPECT_NE(ns, resolved_json(read_scenario_text(with("100 ns", "101 ns"), file)));
}

TEST(ResolvedJson, ACellsTextHasAllThatARunDependsOnAndNothingElse) {
  const Scenario scenario = read_scenario_text(good, file);
  const std::string text = resolved_json(make_cell(scenario, four_on_percpu, 2));
  const JsonValue root = parse_json(text, "cell");
  EXPECT_EQ(root.find("seed")->text, "2");
  EXPECT_EQ(root.find("machine")->find("prices")->find("l3_hit")->text, "25000");
  EXPECT_EQ(root.find("machine")->find("clock_khz")->text, "1000000");
  EXPECT_EQ(root.find("machine")->find("loaded_latency")->items.size(), 4u);
  EXPECT_EQ(root.find("workload")->find("section")->text, "100000");
  EXPECT_THAT(text, Not(HasSubstr("source")));
  // The same numbers by another way are the same cell.
  const Scenario set =
      read_scenario_text(good, file, {{{"threads", "4"}, {"lock", "percpu_rwlock"}}, {}, {}});
  EXPECT_EQ(resolved_json(make_cell(set, {}, 2)), text);
  EXPECT_NE(resolved_json(make_cell(set, {}, 3)), text);
}

TEST(ResolvedJson, StringsAreEscaped) {
  const std::string odd = "a\"b\\c\n\t\x01\xc3\xa9";
  EXPECT_EQ(json_string(odd), "\"a\\\"b\\\\c\\u000a\\u0009\\u0001\xc3\xa9\"");
  EXPECT_EQ(parse_json(json_string(odd), "f").text, odd);
}

TEST(Explain, AValueIsSaidWithItsOriginRangeAndMeaning) {
  const Scenario scenario = read_scenario_text(good, file, {{{"spread", "true"}}, {}, {}});
  EXPECT_THAT(explain(scenario, "section"),
              ElementsAre("workload.section = 100 ns", "  from:     " + file + ":6:50",
                          "  expected: a duration such as \"100 us\", from 0 ps to 1 ms",
                          "  meaning:  work inside the lock"));
  EXPECT_THAT(explain(scenario, "workload.threads"),
              ElementsAre("workload.threads = 1, 2 and 4, an axis", "  from:     " + file + ":8:5",
                          "  expected: a whole number from 1 to 512", HasSubstr("meaning:")));
  EXPECT_EQ(explain(scenario, "spread")[1], "  from:     --set spread=true");
  EXPECT_EQ(explain(scenario, "write_fraction")[1], "  from:     the default");
  EXPECT_EQ(explain(scenario, "machine")[0], "machine = toy-2s4c");
}

TEST(Explain, WhatTheMachineSaysIsSaidWithBandAndSource) {
  const Scenario scenario =
      read_scenario_text(good, file, {{}, {{"machine", "toy-2s4c,haswell-ep-2s18c"}}, {}});
  EXPECT_THAT(explain(scenario, "dram_local"),
              ElementsAre("prices.dram_local = 97.5 ns on haswell-ep-2s18c (90 ns to 101 ns)",
                          HasSubstr("from:     the machine: read: "),
                          "prices.dram_local = 100 ns on toy-2s4c (100 ns to 100 ns)",
                          "  from:     the machine: chosen for tests", HasSubstr("expected:"),
                          "  meaning:  idle memory of the own socket"));
  EXPECT_EQ(explain(scenario, "l3_hit")[0], "prices.l3_hit = 25 ns");
  EXPECT_EQ(explain(scenario, "limits.store_buffer_entries")[2],
            "limits.store_buffer_entries = 8 on toy-2s4c (8 to 8)");
  EXPECT_THAT(explain(scenario, "hand_over")[2], "hand_over = local_first on toy-2s4c");
}

TEST(Explain, AnUnknownPathIsAnError) {
  try {
    explain(read_scenario_text(good, file), "thread");
    FAIL();
  } catch (const BadInput& bad) {
    EXPECT_STREQ(bad.what(),
                 "explain thread: nothing that can be set is called \"thread\"; did you mean "
                 "\"threads\"?");
  }
}

}  // namespace
}  // namespace hvsim::reader
