// Drawn orders, a machine's own speed, real threads: nothing forbidden comes, and much that may.
#include <gtest/gtest.h>

#include "scenarios/run/litmus_host.hpp"
#include "scenarios/run/litmus_spec.hpp"
#include "scenarios/run/litmus_timed.hpp"
#include "tests/litmus/packs.hpp"

namespace hvsim::litmus {
namespace {

// How many tests saw all that may come; none may see more.
template <class Run>
std::size_t complete_tests(const std::vector<LitmusTest>& tests, LitmusMode mode, Run run) {
  std::size_t complete = 0;
  for (const LitmusTest& test : tests) {
    const LitmusVerdict verdict = judge_litmus(test, run(test), LitmusModel::tso, mode);
    EXPECT_TRUE(verdict.ok && verdict.forbidden.empty()) << test.name;
    complete += verdict.complete ? 1 : 0;
  }
  return complete;
}

std::size_t walked(const std::vector<LitmusTest>& tests, std::uint64_t runs) {
  return complete_tests(tests, LitmusMode::random,
                        [runs](const LitmusTest& test) { return walk_litmus(test, {}, runs, 1); });
}

TEST(LitmusWalk, SeesNothingForbiddenAndMostOfWhatMayCome) {
  EXPECT_GE(walked(public_pack(), 200), 60u);
}

// A uniform random walk of the abstract machine has 73 % complete after as many.
TEST(LitmusWalkSlow, ThousandRunsSeeAllOfThreeTestsInFour) {
  EXPECT_GE(walked(public_pack(), 1000), 112u * 73 / 100);
}

TEST(LitmusWalkSlow, TenThousandRunsSeeNothingForbidden) {
  EXPECT_GE(walked(public_pack(), 10'000), 104u);
}

TEST(LitmusWalk, IsDrawnFromTheSeed) {
  const LitmusTest test = one(store_buffering);
  const LitmusSeen first = walk_litmus(test, {}, 100, 1);
  EXPECT_EQ(first.outcomes, walk_litmus(test, {}, 100, 1).outcomes);
  EXPECT_NE(first.outcomes, walk_litmus(test, {}, 100, 2).outcomes);
}

TEST(LitmusTimed, SeesNothingForbiddenOnAnyPlacement) {
  for (const LitmusModel model : {LitmusModel::tso, LitmusModel::sc}) {
    for (const auto* tests : {&public_pack(), &own_pack()}) {
      for (const LitmusTest& test : *tests) {
        const LitmusSeen seen = time_litmus(test, litmus_spec(), model, 15, 1);
        EXPECT_TRUE(judge_litmus(test, seen, model, LitmusMode::timed).ok) << test.name;
      }
    }
  }
}

// Both loads miss the other's store: on siblings, on one socket and across two.
TEST(LitmusTimed, SeesAStoreThatWaitsInEveryPlaceThatAMachineHas) {
  const LitmusTest test = one(store_buffering);
  MachineSpec spec = litmus_spec();
  const LitmusOutcome both_missed{0, 0, 1, 1};
  EXPECT_GT(time_litmus(test, spec, LitmusModel::tso, 300, 1).outcomes[both_missed], 0u);
  EXPECT_EQ(time_litmus(test, spec, LitmusModel::sc, 300, 1).outcomes.count(both_missed), 0u);
  spec.sockets = 1;
  spec.links.clear();
  spec.threads_per_core = 1;
  EXPECT_GT(time_litmus(test, spec, LitmusModel::tso, 100, 1).outcomes[both_missed], 0u);
}

TEST(LitmusTimed, GivesTheSameForTheSameSeed) {
  const LitmusTest test = one(store_buffering);
  const LitmusSeen first = time_litmus(test, litmus_spec(), LitmusModel::tso, 60, 7);
  EXPECT_EQ(first.outcomes, time_litmus(test, litmus_spec(), LitmusModel::tso, 60, 7).outcomes);
  EXPECT_EQ(first.runs, 60u);
}

TEST(LitmusHost, SeesNothingForbiddenOnRealThreads) {
  for (const LitmusTest& test : own_pack()) {
    const LitmusSeen seen = host_litmus(test, 300, 1);
    const LitmusVerdict verdict = judge_litmus(test, seen, LitmusModel::tso, LitmusMode::host);
    EXPECT_TRUE(verdict.ok) << test.name;
    std::uint64_t times = 0;
    for (const auto& [outcome, count] : seen.outcomes) {
      times += count;
    }
    EXPECT_EQ(times, 300u) << test.name;
  }
}

}  // namespace
}  // namespace hvsim::litmus
