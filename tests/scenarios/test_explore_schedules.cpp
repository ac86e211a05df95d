// Schedules: what they depend on, what they hold up, and that a run under one can be had again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/scenarios/explore_lab.hpp"

namespace hvsim {
namespace {

constexpr Strategy both[] = {Strategy::noise, Strategy::pct};

OneSchedule one_of(Strategy strategy, std::uint64_t seed, std::uint64_t number) {
  return run_schedule(explored_locks("percpu_rwlock", "3"), strategy, seed, number);
}

TEST(Schedules, ArePureFunctionsOfSeedAndNumber) {
  for (const Strategy strategy : both) {
    std::set<std::uint64_t> digests;
    for (std::uint64_t number = 2; number < 12; ++number) {
      const HostileOutcome first = one_of(strategy, 5, number).outcome;
      const HostileOutcome again = one_of(strategy, 5, number).outcome;
      EXPECT_EQ(first.plan, again.plan);
      EXPECT_EQ(first.digest, again.digest);
      digests.insert(first.digest);
      digests.insert(one_of(strategy, 6, number).outcome.digest);
    }
    EXPECT_GT(digests.size(), 15u) << name_of(strategy);
  }
}

TEST(Schedules, OfTheFirstRoundHoldNothingUp) {
  const Scenario scenario = explored_locks("percpu_rwlock", "3");
  const auto cells = static_cast<std::uint64_t>(scenario.seeds.size());
  for (std::uint64_t number = 0; number < cells; ++number) {
    EXPECT_EQ(run_schedule(scenario, Strategy::noise, 1, number).outcome.plan, Plan{});
  }
  EXPECT_TRUE(run_schedule(scenario, Strategy::noise, 1, cells).outcome.plan.rank_seed);
}

TEST(Schedules, GoAgainAsTheyWentFromTheListOfWhatHappened) {
  for (const Strategy strategy : both) {
    for (std::uint64_t number = 2; number < 40; ++number) {
      const OneSchedule one = one_of(strategy, 1, number);
      const HostileOutcome again = run_under(one.cell, one.outcome.plan);
      EXPECT_EQ(again.digest, one.outcome.digest);
      EXPECT_EQ(again.plan, one.outcome.plan);
    }
  }
}

TEST(Schedules, HoldUpVerbsAndStoresInEitherStrategy) {
  for (const Strategy strategy : both) {
    std::set<HeldUp> held;
    Duration longest;
    for (std::uint64_t number = 2; number < 40; ++number) {
      for (const Perturbation& p : one_of(strategy, 1, number).outcome.plan.perturbations) {
        held.insert(p.what);
        longest = std::max(longest, p.length);
      }
    }
    EXPECT_THAT(held, testing::ElementsAre(HeldUp::verb, HeldUp::commit)) << name_of(strategy);
    EXPECT_GT(longest, microseconds(4));
    EXPECT_LE(longest, microseconds(17));
  }
}

TEST(Schedules, HoldInterruptsUpToo) {
  const Scenario scenario =
      read_scenario_file(HVSIM_SOURCE_DIR "/scenarios/explore-grants.json", {});
  bool held = false;
  for (std::uint64_t number = 8; number < 60 && !held; ++number) {
    const OneSchedule one = run_schedule(scenario, Strategy::noise, 1, number);
    for (const Perturbation& p : one.outcome.plan.perturbations) {
      held = held || p.what == HeldUp::interrupt;
    }
  }
  EXPECT_TRUE(held);
}

// Holds everything up for a millisecond.
struct Always : Schedule {
  Duration hold(HeldUp, PcpuId, std::uint32_t) override { return milliseconds(1); }
};

TEST(HostileNoise, HoldsARunUpForTenMillisecondsInAll) {
  Always always;
  HostileNoise noise(1, always, false);
  Duration sum;
  for (int i = 0; i < 50; ++i) {
    sum += noise.interrupt(PcpuId{0}, Time{});
  }
  EXPECT_EQ(sum, HostileNoise::most_in_all);
}

// Remembers what it was asked for.
struct Asked : Schedule {
  Duration hold(HeldUp what, PcpuId, std::uint32_t index) override {
    if (what == HeldUp::verb) {
      steps.push_back(index);
    }
    return {};
  }
  std::vector<std::uint32_t> steps;
};

DoneVerb load_of(std::uint64_t value, Time at) {
  return {PcpuId{0}, Verb::load, at, 64, value, {"lock.cpp", 7}};
}

TEST(HostileNoise, CountsNoTurnOfAWaitLoopAsAStep) {
  Asked asked;
  HostileNoise noise(1, asked, false);
  for (int turn = 0; turn < 100; ++turn) {
    noise.verb(PcpuId{0}, Time{});
    noise.done(load_of(1, Time{}));
  }
  noise.verb(PcpuId{0}, Time{});
  noise.done(load_of(0, Time{}));
  noise.verb(PcpuId{0}, Time{});
  EXPECT_THAT(asked.steps, testing::ElementsAre(0, 1, 2));
}

TEST(HostileNoise, CountsALockedOperationThatChangesSomethingAsAStep) {
  Asked asked;
  HostileNoise noise(1, asked, false);
  for (const std::uint64_t after : {1u, 0u, 0u, 1u, 1u}) {  // 0: a cmpxchg that fails
    noise.verb(PcpuId{0}, Time{});
    noise.done({PcpuId{0}, Verb::rmw, Time{}, 64, 0, {"lock.cpp", 8}, after});
  }
  EXPECT_THAT(asked.steps, testing::ElementsAre(0, 1, 2, 3));
}

TEST(HostileNoise, SlowsAWaitLoopDownTheLongerItLasts) {
  Asked asked;
  HostileNoise noise(1, asked, false);
  Time now{};
  unsigned turns = 0;
  for (; now < Time{} + milliseconds(20); ++turns) {
    Time from = noise.verb(PcpuId{0}, now);
    for (; from > now; from = noise.verb(PcpuId{0}, now)) {
      now = from;
    }
    noise.done(load_of(1, now));
    now += nanoseconds(5);
  }
  EXPECT_LT(turns, 200u);
}

TEST(Perturbations, AreToldInWords) {
  EXPECT_EQ(text_of({HeldUp::verb, PcpuId{2}, 31, 31, nanoseconds(500)}),
            "pcpu 2 is held before step 31 for 500 ns");
  EXPECT_EQ(text_of({HeldUp::commit, PcpuId{0}, 3, 5, microseconds(2)}),
            "pcpu 0: stores 3 to 5 wait in the buffer for 2 us");
  EXPECT_EQ(text_of({HeldUp::interrupt, PcpuId{1}, 0, 0, nanoseconds(7)}),
            "pcpu 1: interrupt 0 comes 7 ns late");
}

}  // namespace
}  // namespace hvsim
