// Links and channels by themselves: the rate is a ceiling, and load costs what the curve says.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/hw/links.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

constexpr std::int64_t rate = 10'000'000'000;  // 10 kB a microsecond
using Points = std::vector<std::pair<std::int64_t, Duration>>;

TEST(LoadCurve, GoesThroughItsPointsAndStraightInBetween) {
  const LoadCurve curve(Points{{100, ns(80)}, {500, ns(100)}, {800, ns(160)}, {1000, ns(300)}});
  EXPECT_EQ(curve.extra(0), Duration{});
  EXPECT_EQ(curve.extra(100), Duration{});
  EXPECT_EQ(curve.extra(300), ns(10));
  EXPECT_EQ(curve.extra(500), ns(20));
  EXPECT_EQ(curve.extra(501), ns(20) + picoseconds(200));
  EXPECT_EQ(curve.extra(800), ns(80));
  EXPECT_EQ(curve.extra(950), ns(185));
  EXPECT_EQ(curve.extra(1000), ns(220));
  EXPECT_EQ(curve.extra(5000), ns(220));
}

TEST(LoadCurve, WithoutPointsIsFlat) {
  EXPECT_EQ(LoadCurve(Points{}).extra(0), Duration{});
  EXPECT_EQ(LoadCurve(Points{}).extra(1000), Duration{});
}

TEST(LoadCurve, ThatFallsIsRefused) {
  EXPECT_THROW(LoadCurve(Points({{100, ns(80)}, {200, ns(79)}})), InternalError);
  EXPECT_THROW(LoadCurve(Points({{0, ns(80)}})), InternalError);
}

// Lines that want to go at `permille` of the rate for 200 us; when each was through.
std::vector<Time> through(std::int64_t permille, const LoadCurve& curve, unsigned burst = 1) {
  BandwidthServer server(rate, curve);
  const std::int64_t gap_ps =
      1'000'000'000'000 / rate * static_cast<std::int64_t>(line_bytes) * burst * 1000 / permille;
  std::vector<Time> done;
  for (Time now{}; now < at_ns(200'000); now += Duration{gap_ps}) {
    for (unsigned i = 0; i < burst; ++i) {
      done.push_back(now + server.move(now, line_bytes));
    }
  }
  return done;
}

// Over any stretch of ten windows or more, give or take the two windows at its ends.
void expect_never_above_the_rate(std::vector<Time> done) {
  std::sort(done.begin(), done.end());
  for (std::size_t first = 0; first < done.size(); first += 97) {
    for (std::size_t last = first; last < done.size(); last += 89) {
      const std::int64_t length_ps = (done[last] - done[first]).ps;
      if (length_ps < 10'000'000) {
        continue;
      }
      const auto moved = static_cast<std::int64_t>((last - first) * line_bytes);
      ASSERT_LE(moved, rate / 1'000'000 * (length_ps + 2'000'000) / 1'000'000);
    }
  }
}

TEST(BandwidthServer, NeverMovesMoreThanItsRateHoweverMuchIsWanted) {
  const LoadCurve flat(Points{});
  for (const std::int64_t permille : {500, 900, 1000, 1100, 2000, 5000}) {
    SCOPED_TRACE(permille);
    expect_never_above_the_rate(through(permille, flat));
    expect_never_above_the_rate(through(permille, flat, 40));
  }
}

TEST(BandwidthServer, MovesAllItCanWhenMoreIsWanted) {
  const LoadCurve flat(Points{});
  std::vector<Time> done = through(2000, flat);
  // Twice 200 us worth of lines: the last is through at 400 us.
  EXPECT_NEAR(static_cast<double>(done.back().ps), 400e6, 4e6);
}

TEST(BandwidthServer, BelowItsRateOnlyTheCurveIsPaid) {
  const LoadCurve flat(Points{});
  BandwidthServer server(rate, flat);
  for (Time now{}; now < at_ns(50'000); now += ns(8)) {
    EXPECT_EQ(server.move(now, line_bytes), Duration{});
  }
}

TEST(BandwidthServer, ASteadyLoadWaitsAsTheCurveSays) {
  const LoadCurve curve(Points{
      {rate / 10, ns(100)}, {rate / 2, ns(120)}, {rate * 9 / 10, ns(200)}, {rate, ns(400)}});
  for (const std::int64_t permille : {100, 300, 500, 700, 900}) {
    BandwidthServer server(rate, curve);
    const std::int64_t gap = 6'400'000 / permille;  // a line is 6.4 ns of the rate
    Duration sum{};
    std::int64_t count = 0;
    for (Time now{}; now < at_ns(100'000); now += Duration{gap}) {
      const Duration wait = server.move(now, line_bytes);
      if (now > at_ns(10'000)) {
        sum += wait;
        ++count;
      }
    }
    const Duration expected = curve.extra(static_cast<std::uint64_t>(permille));
    EXPECT_NEAR(static_cast<double>((sum / count).ps), static_cast<double>(expected.ps),
                static_cast<double>(expected.ps) * 0.04 + 400.0)
        << permille;
  }
}

TEST(BandwidthServer, ForgetsLoadThatIsOver) {
  const LoadCurve curve(Points{{rate / 10, ns(100)}, {rate, ns(400)}});
  BandwidthServer server(rate, curve);
  for (int i = 0; i < 150; ++i) {
    server.move(Time{}, line_bytes);
  }
  EXPECT_GT(server.move(at_ns(900), line_bytes), Duration{});
  EXPECT_EQ(server.move(at_ns(5'000), line_bytes), Duration{});
  EXPECT_EQ(server.move(at_ns(500'000), line_bytes), Duration{});
}

TEST(BandwidthServer, IsBusyForTheBytesItMoved) {
  const LoadCurve flat(Points{});
  BandwidthServer server(rate, flat);
  server.move(Time{}, 64);
  server.move(at_ns(77'000), 9'936);
  EXPECT_EQ(server.busy(), microseconds(1));
}

TEST(Interconnect, ALineOverSeveralLinksKeepsEachOfThemBusy) {
  const MachineSpec spec = chain_of_four();
  const Topology topology(spec);
  Interconnect interconnect(spec, topology);
  interconnect.line_across(0, 2, Time{});
  interconnect.line_of_memory(3, Time{});
  const std::int64_t line_on_link = 64 * 1'000'000'000'000 / spec.link_bytes_per_second.value;
  std::vector<std::int64_t> busy(topology.directions(), 0);
  for (const unsigned direction : topology.route(0, 2)) {
    busy.at(direction) = line_on_link;
  }
  EXPECT_EQ(interconnect.link_busy_ps(), busy);
  EXPECT_EQ(interconnect.channel_busy_ps(), (std::vector<std::int64_t>{0, 0, 0, 6'400}));
}

}  // namespace
}  // namespace hvsim
