// Exploring finds every broken lock and nothing in the others; what it finds is made small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/hypervisor/locks/rwlock.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/shrink.hpp"
#include "tests/scenarios/counting_workload.hpp"
#include "tests/scenarios/explore_lab.hpp"

namespace hvsim {
namespace {

constexpr Strategy both[] = {Strategy::noise, Strategy::pct};

TEST(Explore, FindsEveryBrokenTwinAndNothingInTheOthers) {
  for (const RwLockKind& kind : rwlock_kinds()) {
    for (const Strategy strategy : both) {
      const Exploration exploration = explore_locks(kind.name, strategy, 100);
      EXPECT_EQ(exploration.schedules, 100u);
      EXPECT_EQ(!exploration.found.empty(), kind.broken) << kind.name << name_of(strategy);
    }
  }
}

TEST(Explore, FindsTheSameWithAnyNumberOfJobs) {
  const auto found = [](unsigned jobs) {
    std::string text;
    for (const FoundOnce& it :
         explore_locks("percpu_rwlock_polling_before_activating", Strategy::pct, 300, jobs)
             .found) {
      text += it.rule + " " + it.place + " " + std::to_string(it.shown_by) + " of " +
              std::to_string(it.of) + " first " + std::to_string(it.first_schedule) + "\n";
    }
    return text;
  };
  const std::string alone = found(1);
  EXPECT_NE(alone, "");
  EXPECT_EQ(found(3), alone);
}

TEST(Explore, TellsOfOneFindingOnceAndHowManySchedulesShowIt) {
  const Exploration exploration =
      explore_locks("word_rwlock_without_writer_bit_clear", Strategy::noise, 100);
  ASSERT_EQ(exploration.found.size(), 1u);
  EXPECT_EQ(exploration.found[0].rule, "no progress");
  EXPECT_EQ(exploration.found[0].place, "");
  EXPECT_GT(exploration.found[0].shown_by, 50u);
  EXPECT_EQ(exploration.found[0].of, 100u);
}

TEST(Explore, GoesRoundTheCellsAndCountsThoseOfEachPoint) {
  Scenario scenario = counting_scenario();
  scenario.settings["workload.how"] = "torn";
  scenario.axes = {{"workers", "workload.workers", {"1", "2"}, {}}};
  scenario.settings["workload.adds"] = "10";
  scenario.seeds = {1};
  ExploreOptions options;
  options.first = 1;
  options.schedules = 4;  // 1, 2, 3, 4: the even ones have one worker
  const Exploration exploration = explore(scenario, options);
  ASSERT_EQ(exploration.found.size(), 1u);
  EXPECT_EQ(exploration.found[0].at.at("workers"), "2");
  EXPECT_EQ(exploration.found[0].of, 2u);
  EXPECT_EQ(exploration.found[0].first_schedule, 1u);
}

TEST(Explore, BeginsNoScheduleWhenToldToStop) {
  const std::atomic<bool> stop{true};
  ExploreOptions options;
  options.schedules = 100;
  options.stop = &stop;
  EXPECT_EQ(explore(explored_locks("word_rwlock"), options).schedules, 0u);
}

TEST(Explore, SaysWhichCellDoesNotFitItsMachine) {
  ExploreOptions options;
  options.schedules = 2;
  EXPECT_THROW(explore(explored_locks("word_rwlock", "99"), options), BadArgument);
}

TEST(Shrink, KeepsTheFindingAndNothingThatItCanDoWithout) {
  for (const RwLockKind& kind : rwlock_kinds()) {
    for (const Strategy strategy : both) {
      if (!kind.broken) {
        continue;
      }
      const OneSchedule one = first_failure(kind.name, strategy);
      const Shrunk shrunk = shrink(one.cell, one.outcome);
      EXPECT_TRUE(shrunk.smallest);
      ASSERT_TRUE(shrunk.outcome.finding);
      EXPECT_TRUE(same_finding(*shrunk.outcome.finding, *one.outcome.finding));
      EXPECT_LE(shrunk.outcome.plan.perturbations.size(), 6u) << kind.name << name_of(strategy);
      const HostileOutcome again = run_under(one.cell, shrunk.outcome.plan);
      EXPECT_EQ(again.digest, shrunk.outcome.digest);
      for (std::size_t i = 0; i < shrunk.outcome.plan.perturbations.size(); ++i) {
        Plan less = shrunk.outcome.plan;
        less.perturbations.erase(less.perturbations.begin() + static_cast<std::ptrdiff_t>(i));
        const HostileOutcome without = run_under(one.cell, less);
        EXPECT_FALSE(without.finding && same_finding(*without.finding, *one.outcome.finding))
            << kind.name << " needs no " << text_of(shrunk.outcome.plan.perturbations[i]);
      }
    }
  }
}

TEST(Shrink, StopsAtItsLimitWithAPlanThatStillFails) {
  const OneSchedule one = first_failure("percpu_rwlock_keeping_pointer", Strategy::pct);
  const Shrunk shrunk = shrink(one.cell, one.outcome, 1);
  EXPECT_EQ(shrunk.runs, 1u);
  EXPECT_FALSE(shrunk.smallest);
  EXPECT_TRUE(run_under(one.cell, shrunk.outcome.plan).finding);
}

}  // namespace
}  // namespace hvsim
