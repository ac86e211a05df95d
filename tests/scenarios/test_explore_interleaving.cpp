// A finding told as an interleaving: what is told, in which words, in which columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "scenarios/run/interleaving.hpp"
#include "tests/scenarios/explore_lab.hpp"

namespace hvsim {
namespace {

using testing::ElementsAre;

constexpr Where here{"models/lock.cpp", 7};

// Two pCPUs, a lock's word at 64, a flag of its own line at 128, a private word at 192.
Story story_of(std::vector<DoneVerb> verbs, std::vector<Hold> holds = {}) {
  Story story;
  story.verbs = std::move(verbs);
  story.holds = std::move(holds);
  story.turns_began = {Time{}, Time{}};
  story.names = {{0, "none"}, {64, "the.lock"}, {128, "the.flag"}, {192, "mine[0]"}};
  return story;
}

Time at_ns(std::int64_t ns) {
  return Time{} + nanoseconds(ns);
}

Finding broken_on(Address word) {
  Finding finding{"R-1", "it broke", at_ns(100), PcpuId{0}, "models/lock.cpp:9", {}};
  finding.line = line_of(word);
  return finding;
}

std::vector<std::string> steps_of(const Story& story) {
  std::vector<std::string> texts;
  for (const ToldStep& step : interleaving_of(story, broken_on(64)).steps) {
    texts.push_back(std::to_string(step.pcpu.n) + ": " + step.what);
  }
  return texts;
}

TEST(Interleaving, TellsALateStoreWhereItBeginsAndWhereOthersSeeIt) {
  const Story story = story_of({{PcpuId{0}, Verb::store, at_ns(1), 64, 5, here},
                                {PcpuId{1}, Verb::load, at_ns(2), 64, 0, here},
                                {PcpuId{0}, Verb::commit, at_ns(3), 64, 5, here},
                                {PcpuId{0}, Verb::store, at_ns(4), 64, 6, here},
                                {PcpuId{0}, Verb::commit, at_ns(9), 64, 6, here},
                                {PcpuId{1}, Verb::store, at_ns(10), 64, 7, here}});
  EXPECT_THAT(steps_of(story),
              ElementsAre("0: buffer lock = 5", "1: load lock = 0", "0: commit lock = 5",
                          "0: store lock = 6", "1: buffer lock = 7"));
}

TEST(Interleaving, TellsTheTurnsOfAWaitLoopOnce) {
  std::vector<DoneVerb> verbs;
  for (int turn = 0; turn < 37; ++turn) {
    verbs.push_back({PcpuId{0}, Verb::load, at_ns(turn), 64, 1, here});
  }
  verbs.push_back({PcpuId{1}, Verb::rmw, at_ns(50), 64, 1, here, 0x10002});
  verbs.push_back({PcpuId{0}, Verb::load, at_ns(51), 64, 0x10002, here});
  EXPECT_THAT(steps_of(story_of(verbs)),
              ElementsAre("0: load lock = 1 (37 times)", "1: rmw lock 1 -> 0x10002",
                          "0: load lock = 0x10002"));
}

TEST(Interleaving, LeavesOutWhatOnlyOnePcpuTouchesAndWhoIsNotInvolved) {
  Story story = story_of({{PcpuId{0}, Verb::load, at_ns(1), 64, 0, here},
                          {PcpuId{0}, Verb::load, at_ns(2), 192, 0, here},
                          {PcpuId{1}, Verb::load, at_ns(3), 128, 0, here},
                          {PcpuId{0}, Verb::fence, at_ns(4), 0, 0, here}});
  EXPECT_THAT(steps_of(story), ElementsAre("0: load lock = 0", "0: fence"));
  EXPECT_THAT(interleaving_of(story, broken_on(64)).pcpus, ElementsAre(PcpuId{0}));
}

TEST(Interleaving, BeginsWhereThoseInvolvedBeganWhatTheyWereAt) {
  Story story = story_of({{PcpuId{0}, Verb::load, at_ns(1), 64, 0, here},
                          {PcpuId{1}, Verb::load, at_ns(5), 64, 0, here},
                          {PcpuId{0}, Verb::load, at_ns(8), 64, 0, here}});
  story.turns_began = {at_ns(7), at_ns(4)};
  EXPECT_THAT(steps_of(story), ElementsAre("0: load lock = 0"));
}

TEST(Interleaving, TellsTheWholeStoryOfALineThatIsFoundWrongAtTheEnd) {
  Story story = story_of({{PcpuId{1}, Verb::rmw, at_ns(1), 64, 0, here, 1},
                          {PcpuId{1}, Verb::rmw, at_ns(2), 128, 0, here, 1},
                          {PcpuId{0}, Verb::rmw, at_ns(3), 64, 1, here, 2}});
  story.turns_began = {at_ns(50), at_ns(60)};
  EXPECT_THAT(steps_of(story), ElementsAre("1: rmw lock 0 -> 1", "0: rmw lock 1 -> 2"));
}

TEST(Interleaving, MarksWhereSomethingIsHeldUp) {
  const Story story = story_of({{PcpuId{0}, Verb::store, at_ns(1), 64, 5, here},
                                {PcpuId{0}, Verb::load, at_ns(2), 64, 5, here},
                                {PcpuId{0}, Verb::commit, at_ns(30), 64, 5, here}},
                               {{HeldUp::commit, PcpuId{0}, 0, nanoseconds(29), at_ns(1), 1},
                                {HeldUp::verb, PcpuId{0}, 1, nanoseconds(3), at_ns(1), 1}});
  EXPECT_THAT(steps_of(story),
              ElementsAre("0: buffer lock = 5", "0: lock stays in the buffer for 29 ns",
                          "0: held up for 3 ns", "0: load lock = 5", "0: commit lock = 5"));
}

TEST(Interleaving, TellsTheLastStepsIfThereAreTooMany) {
  std::vector<DoneVerb> verbs;
  for (int i = 0; i < 100; ++i) {
    verbs.push_back({PcpuId{0}, Verb::load, at_ns(i), 64, static_cast<std::uint64_t>(i), here});
  }
  const Interleaving told = interleaving_of(story_of(verbs), broken_on(64));
  EXPECT_EQ(told.steps.size(), most_told_steps);
  EXPECT_EQ(told.left_out, 100 - most_told_steps);
  EXPECT_EQ(told.steps.back().what, "load lock = 99");
}

// A place is told by file; which line of it is no business of this test.
std::string without_line_numbers(const std::string& text) {
  return std::regex_replace(text, std::regex(R"((\.cpp):\d+)"), "$1");
}

TEST(Interleaving, OfATwinReadsAsApproved) {
  const Scenario scenario = explored_locks("percpu_rwlock_polling_before_activating");
  const Cell cell = make_cell(scenario, {}, 1);
  const Plan plan{std::nullopt,
                  {{HeldUp::verb, PcpuId{4}, 6, 6, nanoseconds(50)},
                   {HeldUp::verb, PcpuId{0}, 7, 7, nanoseconds(20)}}};
  Story story;
  const HostileOutcome outcome = run_under(cell, plan, &story);
  ASSERT_TRUE(outcome.finding);
  const std::string text =
      interleaving_text(interleaving_of(story, *outcome.finding), *outcome.finding);
  EXPECT_EQ(without_line_numbers(text),
            R"(    ns  pcpu 0                   pcpu 4                place
 187.4                           rmw lock 0 -> 255     fair_rwlock.cpp
 337.4                           load pointer[0] = 0   percpu_rwlock.cpp
 887.4                           ## held up for 50 ns
 970.2  load pointer[0] = 0                            percpu_rwlock.cpp
 970.2  store pointer[0] = 8193                        percpu_rwlock.cpp
1070.2  fence                                          percpu_rwlock.cpp
1190.2  load activating = 0                            percpu_rwlock.cpp
1237.4                           store activating = 1  percpu_rwlock_polling_before_activating.cpp
1337.4                           fence                 percpu_rwlock_polling_before_activating.cpp
1342.2  load pointer[0] = 8193                         percpu_rwlock.cpp
1357.4  ** GR-S2: pCPU 0 points at a lock it does not read
pointer[0] is percpu_rwlock[storm].pointer[0]
lock is storm.lock
activating is storm.lock.activating
)");
}

TEST(Interleaving, FitsItsWidthWithFourColumns) {
  const Scenario scenario = explored_locks("percpu_rwlock_keeping_pointer", "4");
  for (std::uint64_t number = 0; number < 6; ++number) {
    const OneSchedule one = run_schedule(scenario, Strategy::noise, 1, number);
    if (one.outcome.finding) {
      Story story;
      run_under(one.cell, one.outcome.plan, &story);
      const Interleaving told = interleaving_of(story, *one.outcome.finding);
      std::istringstream lines(interleaving_text(told, *one.outcome.finding));
      std::string line;
      while (std::getline(lines, line) && line.find("**") == std::string::npos) {
        EXPECT_LE(line.size(), 118u) << line;
      }
    }
  }
}

}  // namespace
}  // namespace hvsim
