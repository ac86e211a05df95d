// Histograms, lock statistics and accounts.
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "sim/base/check.hpp"
#include "sim/hw/accounting.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {
namespace {

using Buckets = std::vector<std::pair<std::int64_t, std::uint64_t>>;

std::int64_t reported(std::int64_t value) {
  Histogram histogram;
  histogram.add(value);
  return histogram.buckets().at(0).first;
}

TEST(Histogram, SmallValuesHaveABucketEach) {
  for (std::int64_t value = 0; value < 64; ++value) {
    EXPECT_EQ(reported(value), value);
  }
}

TEST(Histogram, BucketsDoubleInWidthFromOnePowerOfTwoToTheNext) {
  EXPECT_EQ(reported(64), 65);
  EXPECT_EQ(reported(65), 65);
  EXPECT_EQ(reported(66), 67);
  EXPECT_EQ(reported(127), 127);
  EXPECT_EQ(reported(128), 131);
  EXPECT_EQ(reported(131), 131);
  EXPECT_EQ(reported(132), 135);
}

TEST(Histogram, AReportedValueIsAtMostAThirtySecondAboveTheTrueOne) {
  for (std::int64_t value = 1; value < std::int64_t{1} << 61; value += value / 8 + 1) {
    EXPECT_GE(reported(value), value);
    EXPECT_LE(reported(value) - value, value / 32);
  }
  EXPECT_EQ(reported(std::numeric_limits<std::int64_t>::max()),
            std::numeric_limits<std::int64_t>::max());
}

TEST(Histogram, APercentileIsTheSmallestBoundThatSoManyDoNotExceed) {
  Histogram histogram;
  EXPECT_EQ(histogram.at_permille(500), 0);
  for (std::int64_t value = 1; value <= 10; ++value) {
    histogram.add(value);
  }
  EXPECT_EQ(histogram.count(), 10u);
  EXPECT_EQ(histogram.at_permille(0), 1);
  EXPECT_EQ(histogram.at_permille(100), 1);
  EXPECT_EQ(histogram.at_permille(101), 2);
  EXPECT_EQ(histogram.at_permille(500), 5);
  EXPECT_EQ(histogram.at_permille(990), 10);
  EXPECT_EQ(histogram.at_permille(1000), 10);
}

TEST(Histogram, ManyOfOneValueCountAsSoMany) {
  Histogram histogram;
  histogram.add(3, 999);
  histogram.add(1000);
  EXPECT_EQ(histogram.at_permille(999), 3);
  EXPECT_EQ(histogram.at_permille(1000), reported(1000));
  EXPECT_EQ(histogram.buckets(), (Buckets{{3, 999}, {reported(1000), 1}}));
}

TEST(Histogram, RefusesWhatIsNegativeAndMoreThanAllOfIt) {
  Histogram histogram;
  EXPECT_THROW(histogram.add(-1), InternalError);
  EXPECT_THROW(static_cast<void>(histogram.at_permille(1001)), InternalError);
}

TEST(LockStat, CountsWaitsOfContendedAcquisitionsAlone) {
  LockStat stat;
  stat.acquired(PcpuId{1}, false, nanoseconds(3));
  stat.acquired(PcpuId{1}, true, nanoseconds(50));
  stat.acquired(PcpuId{2}, true, nanoseconds(20));
  stat.acquired(PcpuId{3}, false, nanoseconds(1));
  EXPECT_EQ(stat.acquisitions, 4u);
  EXPECT_EQ(stat.contentions, 2u);
  EXPECT_EQ(stat.waittime_min, nanoseconds(20));
  EXPECT_EQ(stat.waittime_max, nanoseconds(50));
  EXPECT_EQ(stat.waittime_total, nanoseconds(70));
}

TEST(LockStat, ABounceIsAnAcquisitionByAnotherPcpuThanTheOneBefore) {
  LockStat stat;
  stat.acquired(PcpuId{1}, true, nanoseconds(1));  // the first of all is none
  stat.acquired(PcpuId{1}, true, nanoseconds(1));
  stat.acquired(PcpuId{2}, true, nanoseconds(1));
  stat.acquired(PcpuId{1}, false, nanoseconds(1));
  EXPECT_EQ(stat.acq_bounces, 2u);
  EXPECT_EQ(stat.con_bounces, 1u);
}

TEST(LockStat, KeepsTheShortestTheLongestAndAllOfTheHolds) {
  LockStat stat;
  stat.released(nanoseconds(8));
  stat.released(nanoseconds(5));
  stat.released(nanoseconds(9));
  EXPECT_EQ(stat.holdtime_min, nanoseconds(5));
  EXPECT_EQ(stat.holdtime_max, nanoseconds(9));
  EXPECT_EQ(stat.holdtime_total, nanoseconds(22));
}

TEST(Metrics, SetReplacesAndAddSumsUp) {
  Metrics metrics;
  metrics.set("a_ns", 4);
  metrics.set("a_ns", 5);
  metrics.add("b", 2);
  metrics.add("b", 3);
  metrics.histogram("h").add(1);
  metrics.histogram("h").add(1);
  EXPECT_EQ(metrics.values(), (std::map<std::string, std::int64_t>{{"a_ns", 5}, {"b", 5}}));
  EXPECT_EQ(metrics.histograms().at("h").count(), 2u);
}

TEST(Accounting, SumsAllCausesAndEachHasANameOfItsOwn) {
  Accounting accounting;
  std::set<std::string> names;
  for (unsigned cause = 0; cause < causes; ++cause) {
    accounting.spend(static_cast<Cause>(cause), picoseconds(1 << cause));
    names.insert(cause_name(static_cast<Cause>(cause)));
  }
  EXPECT_EQ(accounting.total(), picoseconds((1 << causes) - 1));
  EXPECT_EQ(accounting.spent(Cause::idle), picoseconds(1 << (causes - 1)));
  EXPECT_EQ(names.size(), causes);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace hvsim
