// One cell on a real machine: what becomes a metric, a finding, an error.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/result_json.hpp"
#include "scenarios/run/run_cell.hpp"
#include "scenarios/run/sweep.hpp"
#include "sim/base/check.hpp"
#include "tests/scenarios/counting_workload.hpp"

namespace hvsim {
namespace {

Cell cell_at(const std::string& workers, const std::string& adds, const char* how = "locked") {
  Scenario scenario = counting_scenario();
  scenario.settings["workload.how"] = how;
  return make_cell(scenario, {{"workers", workers}, {"adds", adds}}, 1);
}

TEST(RunCell, HasTheWorkloadsMetricsAndAllCommonOnes) {
  const CellOutcome outcome = run_cell(cell_at("4", "10"), false);
  const std::map<std::string, std::int64_t>& metrics = outcome.row.metrics;
  EXPECT_EQ(metrics.at("counted"), 40);
  EXPECT_EQ(metrics.at("locked_ops"), 40);
  for (const MetricInfo& info : common_metrics()) {
    EXPECT_EQ(metrics.count(info.name), 1u) << info.name;
  }
  EXPECT_EQ(metrics.size(), common_metrics().size() + 1);
  EXPECT_EQ(outcome.row.histograms.at("adds").count(), 4u);
  EXPECT_NE(outcome.row.digest, 0u);
  EXPECT_GE(outcome.cost.verbs, 40u);
  EXPECT_GT(outcome.cost.simulated_ps, 0);
}

TEST(RunCell, DependsOnNothingButTheCell) {
  const Row first = run_cell(cell_at("4", "10"), false).row;
  const Row again = run_cell(cell_at("4", "10"), false).row;
  const Row other = run_cell(cell_at("4", "11"), false).row;
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_EQ(first.metrics, again.metrics);
  EXPECT_NE(first.digest, other.digest);
}

TEST(RunCell, BrokenRuleIsAFindingAndLeavesNoMetrics) {
  const Row row = run_cell(cell_at("4", "100", "torn"), false).row;
  ASSERT_EQ(row.findings.size(), 1u);
  EXPECT_EQ(row.findings[0].rule, "COUNT-1");
  EXPECT_TRUE(row.metrics.empty());
  EXPECT_TRUE(row.histograms.empty());
}

TEST(RunCell, ValueThatDoesNotFitTheMachineIsThrown) {
  EXPECT_THROW(run_cell(cell_at("99", "1"), false), BadParameter);
}

TEST(RunCell, KeepsLinesOnlyIfAskedTo) {
  EXPECT_TRUE(run_cell(cell_at("4", "10"), false).row.lines.empty());
  const Row row = run_cell(cell_at("4", "10"), true).row;
  ASSERT_FALSE(row.lines.empty());
  EXPECT_EQ(row.lines[0].name, "counter");
  EXPECT_GT(row.lines[0].counts.local_hitm, 0u);
}

TEST(RunCell, MetricThatIsCountedButNotDeclaredIsADefect) {
  WorkloadKind kind = counting_kind();
  kind.metrics.clear();
  Cell cell = cell_at("1", "1");
  cell.workload = &kind;
  EXPECT_THROW(run_cell(cell, false), InternalError);
}

class CountingByPart : public CountingWorkload {
 public:
  using CountingWorkload::CountingWorkload;
  void measure(Metrics& metrics) override { metrics.set("counted[0,1]", 3); }
};

TEST(RunCell, DeclaredMetricMayBeMissingOrCountedInParts) {
  WorkloadKind kind = counting_kind();
  kind.make = [](const Values& values) { return std::make_unique<CountingByPart>(values); };
  Cell cell = cell_at("1", "1");
  cell.workload = &kind;
  const Row row = run_cell(cell, false).row;
  EXPECT_EQ(row.metrics.count("counted"), 0u);
  EXPECT_EQ(row.metrics.at("counted[0,1]"), 3);
}

TEST(RunCell, WholeResultIsTheSameBytesForOneJobAndForTwo) {
  const auto text = [](unsigned jobs) {
    Result result;
    result.scenario = counting_scenario();
    SweepOptions options;
    options.jobs = jobs;
    result.rows =
        run_sweep(
            result.scenario, [](const Cell& cell) { return run_cell(cell, true); }, options)
            .rows;
    return result_json(result, true);
  };
  const std::string one = text(1);
  EXPECT_EQ(text(2), one);
  EXPECT_NE(one.find("\"counted\": 40"), std::string::npos);
}

TEST(CommonMetrics, SharesOfTimeAreOfAllWorkersTogether) {
  Accounting busy;
  busy.spend(Cause::compute, nanoseconds(300));
  busy.spend(Cause::l1, nanoseconds(100));
  Accounting waiting;
  waiting.spend(Cause::spin, nanoseconds(400));
  const Accounting workers[] = {busy, waiting};
  Traffic traffic;
  traffic.locked_ops = 3;
  traffic.failed_cmpxchg = 2;
  traffic.link_busy_ps = {100, 750};
  traffic.channel_busy_ps = {};
  Metrics metrics;
  count_common(workers, traffic, Time{1000}, metrics);
  EXPECT_EQ(metrics.values().at("time_compute_permille"), 375);
  EXPECT_EQ(metrics.values().at("time_l1_permille"), 125);
  EXPECT_EQ(metrics.values().at("time_spin_permille"), 500);
  EXPECT_EQ(metrics.values().at("time_idle_permille"), 0);
  EXPECT_EQ(metrics.values().at("failed_cmpxchg_permille"), 666);
  EXPECT_EQ(metrics.values().at("busiest_link_permille"), 750);
  EXPECT_EQ(metrics.values().at("busiest_channel_permille"), 0);
}

TEST(CommonMetrics, OfARunWithoutTimeAreAllZero) {
  Metrics metrics;
  count_common(std::span<const Accounting>{}, Traffic{}, Time{}, metrics);
  for (const auto& [name, value] : metrics.values()) {
    EXPECT_EQ(value, 0) << name;
  }
  EXPECT_EQ(metrics.values().size(), common_metrics().size());
}

TEST(CommonMetrics, NoWorkloadCountsOneOfThemItself) {
  std::set<std::string> common;
  for (const MetricInfo& info : common_metrics()) {
    EXPECT_TRUE(common.insert(info.name).second) << info.name << " is there twice";
  }
  for (const WorkloadKind& kind : workload_kinds()) {
    for (const MetricInfo& info : kind.metrics) {
      EXPECT_EQ(common.count(info.name), 0u) << kind.name << " has a metric " << info.name;
    }
  }
}

}  // namespace
}  // namespace hvsim
