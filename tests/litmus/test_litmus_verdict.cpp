// What was seen against what is allowed, and how it is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/litmus/packs.hpp"

namespace hvsim::litmus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A test of one register and one location, with this beside it.
LitmusTest reading(const std::string& rest) {
  return one(R"("threads": [["load x r0"]], "observed": ["0:r0"])" + rest);
}

LitmusVerdict judged(const LitmusTest& test, const LitmusOutcomes& outcomes,
                     LitmusMode mode = LitmusMode::exhaustive,
                     LitmusModel model = LitmusModel::tso) {
  return judge_litmus(test, {.outcomes = outcomes, .runs = 9, .states = 5}, model, mode);
}

TEST(LitmusVerdict, WhatIsSeenMustBeInTheSetAndASearchMustSeeItAll) {
  const LitmusTest test = reading(R"(, "allowed": [[0], [1]])");
  EXPECT_TRUE(judged(test, {{{0}, 1}, {{1}, 3}}).ok);
  const LitmusVerdict less = judged(test, {{{0}, 1}});
  EXPECT_FALSE(less.ok);
  EXPECT_THAT(less.missing, ElementsAre(LitmusOutcome{1}));
  const LitmusVerdict other = judged(test, {{{0}, 1}, {{2}, 1}});
  EXPECT_FALSE(other.ok);
  EXPECT_THAT(other.forbidden, ElementsAre(LitmusOutcome{2}));
  EXPECT_EQ(exit_code_of({judged(test, {{{0}, 1}, {{1}, 3}})}), ExitCode::passed);
  EXPECT_EQ(exit_code_of({less}), ExitCode::failed);
  EXPECT_EQ(exit_code_of({less, other}), ExitCode::defect);
}

TEST(LitmusVerdict, OfDrawnRunsWhatIsMissingIsOnlyCounted) {
  const LitmusTest test = reading(R"(, "allowed": [[0], [1]])");
  for (const LitmusMode mode : {LitmusMode::random, LitmusMode::timed, LitmusMode::host}) {
    const LitmusVerdict verdict = judged(test, {{{0}, 1}}, mode);
    EXPECT_TRUE(verdict.ok);
    EXPECT_FALSE(verdict.complete);
    EXPECT_EQ(verdict.missing.size(), 1u);
    EXPECT_FALSE(judged(test, {{{2}, 1}}, mode).ok);
  }
}

TEST(LitmusVerdict, TheSequentiallyConsistentModelHasASetOfItsOwn) {
  const LitmusTest test = reading(R"(, "allowed": [[0], [1]], "sc": [[1]])");
  const auto sc = LitmusModel::sc;
  EXPECT_TRUE(judged(test, {{{1}, 1}}, LitmusMode::exhaustive, sc).ok);
  EXPECT_FALSE(judged(test, {{{0}, 1}, {{1}, 1}}, LitmusMode::exhaustive, sc).ok);
  const LitmusTest without = reading(R"(, "allowed": [[0], [1]])");
  EXPECT_TRUE(judged(without, {{{1}, 1}}, LitmusMode::exhaustive, sc).ok);
  EXPECT_FALSE(judged(without, {{{2}, 1}}, LitmusMode::exhaustive, sc).ok);
}

TEST(LitmusVerdict, WithoutASetTheVerdictOnTheConditionIsWhatCounts) {
  const auto asking = [](const std::string& quantifier, const std::string& verdict) {
    return reading(R"(, "condition": ["eq", "0:r0", 1], "quantifier": ")" + quantifier +
                   R"(", "verdict": ")" + verdict + "\"");
  };
  const LitmusOutcomes with{{{0}, 1}, {{1}, 1}};
  const LitmusOutcomes without{{{0}, 1}};
  const LitmusOutcomes only{{{1}, 1}};
  EXPECT_TRUE(judged(asking("exists", "allowed"), with).ok);
  EXPECT_FALSE(judged(asking("exists", "allowed"), without).ok);
  EXPECT_TRUE(judged(asking("exists", "allowed"), without, LitmusMode::random).ok);
  EXPECT_TRUE(judged(asking("exists", "forbidden"), without).ok);
  EXPECT_THAT(judged(asking("exists", "forbidden"), with).forbidden,
              ElementsAre(LitmusOutcome{1}));
  EXPECT_TRUE(judged(asking("forall", "holds"), only).ok);
  EXPECT_THAT(judged(asking("forall", "holds"), with).forbidden, ElementsAre(LitmusOutcome{0}));
  EXPECT_TRUE(judged(asking("forall", "fails"), with).ok);
  EXPECT_FALSE(judged(asking("forall", "fails"), only).ok);
}

TEST(LitmusVerdict, WithNothingToGoByEveryStateIsFineAndIsCounted) {
  const LitmusVerdict verdict = judged(reading(""), {{{4}, 1}, {{5}, 1}});
  EXPECT_TRUE(verdict.ok);
  EXPECT_FALSE(verdict.complete);
  EXPECT_THAT(verdict.missing, IsEmpty());
  EXPECT_EQ(exit_code_of({verdict}), ExitCode::passed);
}

TEST(LitmusVerdict, OnlyTheHostMayMergeWaitingStoresWithMemory) {
  const LitmusTest test = reading(R"(, "allowed": [[0]], "merging": [[0], [1]])");
  const LitmusOutcomes merged{{{0}, 1}, {{1}, 1}};
  EXPECT_TRUE(judged(test, merged, LitmusMode::host).ok);
  EXPECT_THAT(judged(test, merged, LitmusMode::exhaustive).forbidden,
              ElementsAre(LitmusOutcome{1}));
  EXPECT_THAT(judged(test, {{{2}, 1}}, LitmusMode::host).forbidden, ElementsAre(LitmusOutcome{2}));
}

TEST(LitmusVerdict, TheJsonHasTheseKeysAndNoOther) {
  const LitmusTest test = reading(R"(, "allowed": [[0], [1]])");
  EXPECT_EQ(litmus_json({judged(test, {{{0}, 1}, {{-3}, 1}})}, LitmusMode::exhaustive),
            R"({
  "tests": [
    {
      "name": "t",
      "mode": "exhaustive",
      "runs": 9,
      "seen": 2,
      "forbidden": [[-3]],
      "missing": [[1]],
      "ok": false
    }
  ]
}
)");
}

TEST(LitmusVerdict, TheTableEndsInASummary) {
  const LitmusTest test = reading(R"(, "allowed": [[0], [1]], "condition": ["eq", "0:r0", 1])");
  const std::string table =
      litmus_table({judged(test, {{{0}, 1}, {{1}, 1}}), judged(test, {{{0}, 1}, {{7}, 2}})},
                   LitmusModel::tso, LitmusMode::exhaustive);
  EXPECT_THAT(table, HasSubstr("seen yes   all that is allowed\n"));
  EXPECT_THAT(table, HasSubstr("seen no    FORBIDDEN [7]\n"));
  EXPECT_THAT(table, HasSubstr("\nexhaustive (tso): 1 of 2 tests ok, 1 complete, 1 with a "
                               "forbidden outcome; 18 runs, 10 states\n"));
}

}  // namespace
}  // namespace hvsim::litmus
