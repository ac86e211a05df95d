// Claims: those that could never be measured on the file as written are errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/reader_lab.hpp"

namespace hvsim::reader {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string at = "\"at\": { \"threads\": 4 },";
const std::string ratio =
    "\"of\": { \"lock\": \"percpu_rwlock\" }, \"over\": { \"lock\": \"word_rwlock\" },";
const std::string bounds = "\"at_least\": 1.5, \"at_most\": 4";

TEST(ClaimReader, TheGoodOneIsGood) {
  EXPECT_THAT(problems(good), IsEmpty());
}

TEST(ClaimReader, ARowThatIsNotInTheSweepIsAnError) {
  EXPECT_THAT(problems(with(at, "\"at\": { \"threads\": 3 },")),
              ElementsAre("14:26: the axis threads has no value 3; it has 1, 2 and 4 "
                          "(/claims/0/at/threads)"));
  EXPECT_THAT(problems(with(at, "\"at\": { \"thread\": 4 },")),
              ElementsAre("14:15: \"thread\" is no axis of this scenario; did you mean "
                          "\"threads\"? (/claims/0/at/thread)"));
  EXPECT_THAT(problems(with(at, "\"at\": { \"threads\": 4, \"section\": \"100 ns\" },")),
              ElementsAre("14:29: \"section\" is no axis of this scenario; there are threads and "
                          "lock (/claims/0/at/section)"));
  EXPECT_THAT(problems(with(at, "\"at\": { \"threads\": \"4\" },")),
              ElementsAre("14:26: expected a whole number from 1 to 512, found \"4\" "
                          "(/claims/0/at/threads)"));
  EXPECT_THAT(problems(with(at, "\"at\": { \"threads\": 4, \"workload.threads\": 2 },")),
              ElementsAre("14:29: the axis threads is there twice "
                          "(/claims/0/at/workload.threads)"));
}

TEST(ClaimReader, AClaimIsNotBlamedForAnAxisThatCouldNotBeRead) {
  EXPECT_THAT(problems(with("[1, 2, 4]", "[1, 2, -4]")),
              ElementsAre("8:23: must be from 1 to 512, found -4 (/axes/threads/2)"));
  EXPECT_THAT(problems(with("[1, 2, 4]", "[]")),
              ElementsAre("8:16: an axis has at least one value (/axes/threads)"));
  EXPECT_THAT(problems(with("\"threads\": [1, 2, 4]", "\"thread\": [1, 2, 4]")),
              ElementsAre("8:5: nothing that can be varied is called \"thread\"; did you mean "
                          "\"threads\"? (/axes/thread)"));
  // What is wrong with the claim itself is said all the same.
  std::string text = with("[1, 2, 4]", "[]");
  text.replace(text.find(bounds), bounds.size(), "\"at_least\": 5, \"at_most\": 4");
  EXPECT_THAT(problems(text),
              ElementsAre("8:16: an axis has at least one value (/axes/threads)",
                          "16:19: at_least is above at_most (/claims/0/at_least)"));
}

TEST(ClaimReader, EveryAxisWithSeveralValuesMustBeFixed) {
  EXPECT_THAT(problems(with(at, "")),
              ElementsAre("13:5: the axis threads has 3 values: say in \"at\" which one is meant, "
                          "or in \"of\" and \"over\" (/claims/0)"));
  EXPECT_THAT(problems(with(ratio, "")),
              ElementsAre("13:5: the axis lock has 2 values: say in \"at\" which one is meant "
                          "(/claims/0)"));
  EXPECT_THAT(problems(with(ratio, "\"of\": { \"lock\": \"percpu_rwlock\" }, \"over\": {},")),
              ElementsAre("15:50: the axis lock has 2 values: say here too which one is meant "
                          "(/claims/0/over)"));
}

TEST(ClaimReader, AnAxisWithOneValueNeedsNoWord) {
  const std::string text = with(at, "");
  EXPECT_THAT(problems(std::string(text).replace(text.find("[1, 2, 4]"), 9, "[4]")), IsEmpty());
}

TEST(ClaimReader, ARatioHasTwoDifferentRows) {
  EXPECT_THAT(problems(with("\"over\": { \"lock\": \"word_rwlock\" },", "")),
              ElementsAre("13:5: \"of\" needs \"over\": a ratio has two rows (/claims/0)"));
  EXPECT_THAT(problems(with("\"of\": { \"lock\": \"percpu_rwlock\" },", "")),
              ElementsAre("13:5: \"over\" needs \"of\": a ratio has two rows (/claims/0)"));
  EXPECT_THAT(problems(with("{ \"lock\": \"percpu_rwlock\" }", "{ \"lock\": \"word_rwlock\" }")),
              ElementsAre("15:48: \"of\" and \"over\" pick the same row (/claims/0/over)"));
  EXPECT_THAT(problems(with(at, "\"at\": { \"threads\": 4, \"lock\": \"word_rwlock\" },")),
              ElementsAre("14:13: the axis lock is in \"at\" and in \"of\" (/claims/0/at)"));
}

TEST(ClaimReader, AClaimHasABoundThatCanBeMet) {
  EXPECT_THAT(problems(with(bounds, "\"at_lest\": 1")),
              ElementsAre("13:5: a claim has a bound: \"at_least\", \"at_most\" or both "
                          "(/claims/0)",
                          "16:7: unknown key \"at_lest\"; did you mean \"at_least\"? "
                          "(/claims/0/at_lest)"));
  EXPECT_THAT(problems(with(bounds, "\"at_least\": 4, \"at_most\": 1.5")),
              ElementsAre("16:19: at_least is above at_most (/claims/0/at_least)"));
  EXPECT_THAT(problems(with(bounds, "\"at_least\": \"4\"")),
              ElementsAre("16:19: expected a number, found a string (/claims/0/at_least)"));
  EXPECT_THAT(problems(with(bounds, "\"at_least\": 0.0001")),
              ElementsAre("16:19: \"0.0001\" has more than three decimals (/claims/0/at_least)"));
  EXPECT_THAT(problems(with(bounds, "\"at_most\": 0")), IsEmpty());
}

TEST(ClaimReader, AMetricIsOneOfTheWorkloadOrOneThatEveryRunHas) {
  EXPECT_THAT(problems(with("\"ops_per_ms\"", "\"ops_per_m\"")),
              ElementsAre("13:61: no metric of lock_storm is called \"ops_per_m\"; did you mean "
                          "\"ops_per_ms\"? (/claims/0/metric)"));
  EXPECT_THAT(problems(with("\"ops_per_ms\"", "\"locked_ops\"")), IsEmpty());
}

TEST(ClaimReader, WordsAndSourceMustBeThere) {
  EXPECT_THAT(problems(with("\"it is faster\"", "\" \"")),
              ElementsAre("13:15: expected the claim in words, found an empty string "
                          "(/claims/0/says)"));
  EXPECT_THAT(problems(with("\"source\": \"a test\", ", "")),
              ElementsAre("13:5: the key \"source\" is missing: who says so: a commit, a mail, a "
                          "paper (/claims/0)"));
}

}  // namespace
}  // namespace hvsim::reader
