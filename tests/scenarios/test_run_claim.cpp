// Claims: arithmetic at the bounds, what is not measured, what cannot be divided.
#include <gtest/gtest.h>

#include <limits>

#include "scenarios/run/claim.hpp"
#include "scenarios/run/ratio.hpp"
#include "tests/scenarios/table_scenario.hpp"

namespace hvsim {
namespace {

Verdict judged(Result& result, const Claim& claim) {
  result.scenario.claims = {claim};
  return judge(result.scenario, result.rows).at(0);
}

Verdict judged(const Claim& claim) {
  static Result result = full_transfer_result();
  return judged(result, claim);
}

TEST(Ratio, IsRoundedDownAlsoBelowZero) {
  EXPECT_EQ(thousandths(2, 3), 666);
  EXPECT_EQ(thousandths(-2, 3), -667);
  EXPECT_EQ(thousandths(2, -3), -667);
  EXPECT_EQ(thousandths(-2, -3), 666);
  EXPECT_EQ(thousandths(-3, 3), -1000);
}

TEST(Ratio, OfLargeNumbersIsExactAndStopsAtTheLargest) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(thousandths(most, most), 1000);
  EXPECT_EQ(thousandths(most - 1, most), 999);
  EXPECT_EQ(thousandths(most, 1), most);
  EXPECT_EQ(thousandths(least, 1), least);
  EXPECT_EQ(thousandths(least, -1), most);
}

TEST(Ratio, IsWrittenWithAsManyPlacesAsAskedTheRestCutOff) {
  EXPECT_EQ(thousandths_text(2567, 3), "2.567");
  EXPECT_EQ(thousandths_text(2567, 2), "2.56");
  EXPECT_EQ(thousandths_text(2007, 1), "2.0");
  EXPECT_EQ(thousandths_text(-1, 3), "-0.001");
  EXPECT_EQ(thousandths_text(std::numeric_limits<std::int64_t>::min(), 3),
            "-9223372036854775.808");
}

TEST(Claim, MeasuresTheMedianOverTheSeedsAndTheExtremes) {
  const Verdict verdict = judged(speedup_claim());
  EXPECT_TRUE(verdict.measured);
  EXPECT_EQ(verdict.measured_thousandths, 3300);
  EXPECT_EQ(verdict.lowest_thousandths, 3000);
  EXPECT_EQ(verdict.highest_thousandths, 3600);
}

TEST(Claim, TheMedianOfAnEvenNumberOfSeedsIsTheLowerOfTheTwoInTheMiddle) {
  Result result = transfer_result();
  result.scenario.seeds = {1, 2};
  add_row(result, "16", "word", 1, 100);
  add_row(result, "16", "percpu", 1, 200);
  add_row(result, "16", "word", 2, 100);
  add_row(result, "16", "percpu", 2, 500);
  EXPECT_EQ(judged(result, speedup_claim()).measured_thousandths, 2000);
}

TEST(Claim, HoldsOnTheLowerBoundAndNotAThousandthAboveIt) {
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 3000;  // the seed that is lowest
  EXPECT_TRUE(judged(claim).holds);
  claim.at_least_thousandths = 3001;
  EXPECT_FALSE(judged(claim).holds);
}

TEST(Claim, HoldsOnTheUpperBoundAndNotAThousandthBelowIt) {
  Claim claim = speedup_claim();
  claim.at_most_thousandths = 3600;  // the seed that is highest
  EXPECT_TRUE(judged(claim).holds);
  claim.at_most_thousandths = 3599;
  EXPECT_FALSE(judged(claim).holds);
}

TEST(Claim, OneSeedOutOfBoundsIsEnoughThoughTheMedianIsWithin) {
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 3200;
  const Verdict verdict = judged(claim);
  EXPECT_EQ(verdict.measured_thousandths, 3300);
  EXPECT_FALSE(verdict.holds);
}

TEST(Claim, WithoutADenominatorIsAboutTheMetricItself) {
  Claim claim = speedup_claim();
  claim.over.reset();
  claim.at_most_thousandths = 36'000'000;
  const Verdict verdict = judged(claim);
  EXPECT_EQ(verdict.measured_thousandths, 33'000'000);
  EXPECT_TRUE(verdict.holds);
}

TEST(Claim, DividingByZeroDoesNotHoldAndIsSaid) {
  Result result = full_transfer_result();
  for (Row& row : result.rows) {
    if (row.at["lock"] == "word" && row.seed == 2) {
      row.metrics["throughput_mbps"] = 0;
    }
  }
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 0;
  const Verdict verdict = judged(result, claim);
  EXPECT_TRUE(verdict.measured);
  EXPECT_FALSE(verdict.holds);
  EXPECT_FALSE(verdict.measured_thousandths.has_value());
  EXPECT_NE(verdict.note.find("queues=16 lock=word seed=2"), std::string::npos) << verdict.note;
}

TEST(Claim, ValueThatTheCommandLineTookAwayIsNotMeasured) {
  Result result = full_transfer_result();
  result.scenario.axes[0].values = {"1"};
  const Verdict verdict = judged(result, speedup_claim());
  EXPECT_FALSE(verdict.measured);
  EXPECT_FALSE(verdict.holds);
  EXPECT_NE(verdict.note.find("queues=16"), std::string::npos) << verdict.note;
}

TEST(Claim, AxisThatBecameASettingStillMatchesIfItIsSetToWhatTheClaimSays) {
  Result result = full_transfer_result();
  result.scenario.axes.erase(result.scenario.axes.begin());
  std::erase_if(result.rows, [](const Row& row) { return row.at.at("queues") == "1"; });
  for (Row& row : result.rows) {
    row.at.erase("queues");
  }
  result.scenario.settings["workload.queues"] = "16";
  EXPECT_EQ(judged(result, speedup_claim()).measured_thousandths, 3300);
  result.scenario.settings["workload.queues"] = "8";
  EXPECT_FALSE(judged(result, speedup_claim()).measured);
}

TEST(Claim, AxisThatTheCommandLineAddedCountsLikeFurtherSeeds) {
  Result result = transfer_result();
  result.scenario.seeds = {1};
  result.scenario.axes.push_back({"l3_hit", "prices.l3_hit", {"10 ns", "20 ns"}, {}});
  const auto add = [&result](const char* lock, const char* price, std::int64_t throughput) {
    add_row(result, "16", lock, 1, throughput).at["l3_hit"] = price;
  };
  add("word", "10 ns", 100);
  add("word", "20 ns", 200);
  add("percpu", "10 ns", 400);
  add("percpu", "20 ns", 400);
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 2000;
  const Verdict verdict = judged(result, claim);
  EXPECT_EQ(verdict.lowest_thousandths, 2000);
  EXPECT_EQ(verdict.highest_thousandths, 4000);
  EXPECT_TRUE(verdict.holds);
}

TEST(Claim, RowThatWasNotRunIsNamed) {
  Result result = full_transfer_result();
  result.rows.pop_back();
  const Verdict verdict = judged(result, speedup_claim());
  EXPECT_FALSE(verdict.measured);
  EXPECT_EQ(verdict.note, "the row queues=16 lock=percpu seed=3 was not run");
}

TEST(Claim, RowThatEndedWithAFindingIsNotMeasured) {
  Result result = full_transfer_result();
  result.rows.back().metrics.clear();
  result.rows.back().findings.emplace_back();
  const Verdict verdict = judged(result, speedup_claim());
  EXPECT_FALSE(verdict.measured);
  EXPECT_NE(verdict.note.find("ended with a finding"), std::string::npos) << verdict.note;
}

TEST(Claim, MetricThatARowDoesNotHaveDoesNotHoldAndIsSaid) {
  Result result = full_transfer_result();
  result.rows.back().metrics.clear();
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 0;
  const Verdict verdict = judged(result, claim);
  EXPECT_TRUE(verdict.measured);
  EXPECT_FALSE(verdict.holds);
  EXPECT_EQ(verdict.note, "throughput_mbps has no value in the row queues=16 lock=percpu seed=3");
}

TEST(Claim, HeadroomIsTheWorstSeedsDistanceToTheNearestBound) {
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 2500;  // 3000 is 20 % above
  EXPECT_EQ(headroom_permille(judged(claim)), 200);
  claim.at_most_thousandths = 4000;  // 3600 is 10 % below
  EXPECT_EQ(headroom_permille(judged(claim)), 100);
  claim.at_most_thousandths = 3000;  // 3600 is 20 % above
  EXPECT_EQ(headroom_permille(judged(claim)), -200);
}

TEST(Claim, HeadroomToABoundOfZeroOrOfNothingMeasuredIsUnknown) {
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 0;
  EXPECT_FALSE(headroom_permille(judged(claim)).has_value());
  claim.at_least_thousandths = 1000;
  claim.at = {{"queues", "99"}};
  EXPECT_FALSE(headroom_permille(judged(claim)).has_value());
}

}  // namespace
}  // namespace hvsim
