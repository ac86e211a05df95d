// Every order of verbs and commits: the final states are those of x86-TSO, no more and no fewer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/litmus/packs.hpp"

namespace hvsim::litmus {
namespace {

using testing::ElementsAre;

void expect_equal(const std::vector<LitmusTest>& tests, const LitmusMachineOptions& options) {
  for (const LitmusTest& test : tests) {
    const auto& set = options.model == LitmusModel::sc ? test.sc : test.allowed;
    ASSERT_TRUE(set.has_value()) << test.name;
    EXPECT_EQ(outcomes_of(search_litmus(test, options)), *set) << test.name;
  }
}

TEST(LitmusSearch, FindsExactlyWhatTheIndependentOraclesAllow) {
  EXPECT_EQ(public_pack().size(), 112u);
  expect_equal(public_pack(), {});
}

TEST(LitmusSearch, WithoutStoreBuffersFindsExactlyWhatIsSequentiallyConsistent) {
  expect_equal(public_pack(), {.model = LitmusModel::sc});
}

TEST(LitmusSearch, FindsExactlyWhatTheAbstractMachineAllowsInOurOwnTests) {
  expect_equal(own_pack(), {});
  expect_equal(own_pack(), {.model = LitmusModel::sc});
}

TEST(LitmusSearch, FindsTheSameWhereTwoThreadsShareACore) {
  expect_equal(own_pack(), {.siblings = true});
}

TEST(LitmusSearch, TriesEachOrderOnceAndStopsWhereItHasBeen) {
  const LitmusSeen alone = search_litmus(one(R"("threads": [["load x r0", "load x r1"]])"));
  EXPECT_EQ(alone.runs, 1u);
  EXPECT_EQ(alone.states, 2u);  // before each load
  // Two orders of a store and its commit against a load; they meet again at the end.
  const LitmusSeen two = search_litmus(one(R"("threads": [["store x 1"], ["load x r0"]])"));
  EXPECT_THAT(outcomes_of(two), ElementsAre(LitmusOutcome{0, 1}, LitmusOutcome{1, 1}));
  EXPECT_LE(two.runs, 4u);
}

TEST(LitmusSearch, SeesAByteThatWaitsInTheWordAroundIt) {
  const LitmusTest test = one(R"("threads": [["store x.b1 2", "load x r0", "load x.h0 r1"]])");
  EXPECT_THAT(outcomes_of(search_litmus(test)), ElementsAre(LitmusOutcome{512, 512, 512}));
}

TEST(LitmusSearch, StartsFromTheInitialValuesAndKeepsSigns) {
  const LitmusTest test = one(R"("init": {"x": -7}, "threads": [["xadd x 3 r0", "store y r0"]])");
  EXPECT_THAT(outcomes_of(search_litmus(test)), ElementsAre(LitmusOutcome{-7, -4, -7}));
}

TEST(LitmusSearchSlow, SaysSoInsteadOfSearchingForEver) {
  std::string thread = R"(["store x 1")";
  for (int i = 0; i < 60; ++i) {
    thread += R"(, "store x 1")";
  }
  std::string threads = thread + "]";
  for (int i = 0; i < 15; ++i) {
    threads += ", " + thread + "]";
  }
  const LitmusTest test = one("\"threads\": [" + threads + "]");
  EXPECT_THROW(search_litmus(test), TooManyStates);
}

}  // namespace
}  // namespace hvsim::litmus
