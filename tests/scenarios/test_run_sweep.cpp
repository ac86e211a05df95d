// The sweep: its order, its independence of the number of jobs, stopping, and failing cells.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/sweep.hpp"
#include "sim/base/check.hpp"
#include "sim/time/clock_ends.hpp"
#include "tests/scenarios/counting_workload.hpp"

namespace hvsim {
namespace {

// A row without running anything: its place as a number.
CellOutcome as_number(const Cell& cell) {
  CellOutcome outcome;
  outcome.row.at = cell.at;
  outcome.row.seed = cell.seed;
  outcome.row.metrics["counted"] = cell.values.number("workers") * 1000 +
                                   cell.values.number("adds") * 10 +
                                   static_cast<std::int64_t>(cell.seed);
  outcome.cost.verbs = 1;
  return outcome;
}

std::vector<std::int64_t> counted(const SweepOutcome& outcome) {
  std::vector<std::int64_t> values;
  for (const Row& row : outcome.rows) {
    values.push_back(row.metrics.at("counted"));
  }
  return values;
}

SweepOptions with_jobs(unsigned jobs) {
  SweepOptions options;
  options.jobs = jobs;
  return options;
}

TEST(Sweep, RunsTheAxesAsWrittenTheLastFastestAndTheSeedsInnermost) {
  const SweepOutcome outcome = run_sweep(counting_scenario(), as_number, with_jobs(1));
  EXPECT_EQ(counted(outcome), (std::vector<std::int64_t>{1051, 1052, 1101, 1102, 2051, 2052, 2101,
                                                         2102, 4051, 4052, 4101, 4102}));
  EXPECT_EQ(outcome.cells, 12u);
  EXPECT_EQ(outcome.cost.verbs, 12u);
}

TEST(Sweep, GivesTheSameRowsForAnyNumberOfJobs) {
  const Scenario scenario = counting_scenario();
  const std::vector<std::int64_t> one = counted(run_sweep(scenario, as_number, with_jobs(1)));
  EXPECT_EQ(counted(run_sweep(scenario, as_number, with_jobs(2))), one);
  EXPECT_EQ(counted(run_sweep(scenario, as_number, with_jobs(64))), one);
}

TEST(Sweep, ReversedBeginsWithTheLastCellAndGivesTheSameRows) {
  const Scenario scenario = counting_scenario();
  std::vector<std::int64_t> begun;
  SweepOptions options = with_jobs(1);
  options.reversed = true;
  const auto in_turn = [&](const Cell& cell) {
    CellOutcome outcome = as_number(cell);
    begun.push_back(outcome.row.metrics.at("counted"));
    return outcome;
  };
  const std::vector<std::int64_t> rows = counted(run_sweep(scenario, in_turn, options));
  EXPECT_EQ(rows, counted(run_sweep(scenario, as_number, with_jobs(1))));
  EXPECT_EQ(begun, std::vector<std::int64_t>(rows.rbegin(), rows.rend()));
}

TEST(Sweep, ReversedReportsTheLastOfTwoFailedCells) {
  SweepOptions options = with_jobs(1);
  options.reversed = true;
  const auto fails = [](const Cell& cell) -> CellOutcome {
    throw InternalError("seed " + std::to_string(cell.seed));
  };
  try {
    run_sweep(counting_scenario(), fails, options);
    FAIL() << "nothing was thrown";
  } catch (const InternalError& error) {
    EXPECT_NE(std::string(error.what()).find("seed 2"), std::string::npos) << error.what();
  }
}

TEST(Sweep, WithoutAxesIsOneCellASeed) {
  Scenario scenario = counting_scenario();
  scenario.axes.clear();
  EXPECT_EQ(counted(run_sweep(scenario, as_number, with_jobs(2))),
            (std::vector<std::int64_t>{2101, 2102}));
}

TEST(Sweep, ToldToStopBeginsNoMoreCellsAndKeepsTheFinishedOnes) {
  std::atomic<bool> stop{false};
  unsigned begun = 0;
  const auto stop_in_the_third = [&](const Cell& cell) {
    ++begun;
    stop.store(begun == 3);
    return as_number(cell);
  };
  SweepOptions options = with_jobs(1);
  options.stop = &stop;
  const SweepOutcome outcome = run_sweep(counting_scenario(), stop_in_the_third, options);
  EXPECT_EQ(counted(outcome), (std::vector<std::int64_t>{1051, 1052, 1101}));
  EXPECT_EQ(outcome.cells, 12u);
  EXPECT_EQ(begun, 3u);
}

TEST(Sweep, ValueThatDoesNotFitTheMachineIsReportedWhereItWasWritten) {
  const auto refuse = [](const Cell& cell) -> CellOutcome {
    if (cell.values.number("workers") == 4) {
      throw BadParameter("workers", "too many");
    }
    return as_number(cell);
  };
  try {
    run_sweep(counting_scenario(), refuse, with_jobs(1));
    FAIL() << "the bad parameter was passed over";
  } catch (const BadInput& bad) {
    ASSERT_EQ(bad.problems().size(), 1u);
    EXPECT_EQ(bad.problems()[0].at.line, 5u);
    EXPECT_EQ(bad.problems()[0].what, "workers: too many (in the cell workers=4 adds=5 seed=1)");
  }
}

TEST(Sweep, CellBeyondTheEnginesClockIsTheUsersToRunOnAnother) {
  const auto refuse = [](const Cell&) -> CellOutcome { throw ClockEnds("a clock of 8 s"); };
  try {
    run_sweep(counting_scenario(), refuse, with_jobs(1));
    FAIL() << "the end of the clock was passed over";
  } catch (const BadInput& bad) {
    ASSERT_EQ(bad.problems().size(), 1u);
    EXPECT_EQ(bad.problems()[0].what,
              "the cell workers=1 adds=5 seed=1 goes on beyond the end of a clock of 8 s: use "
              "--engine fibers");
  }
}

TEST(Sweep, ValueThatIsNoAxisIsReportedWhereItWasSet) {
  Scenario scenario = counting_scenario();
  scenario.set_at["workload.how"] = {"counting.json", 9, 7, "/workload/how"};
  const auto refuse = [](const Cell&) -> CellOutcome { throw BadParameter("how", "no"); };
  try {
    run_sweep(scenario, refuse, with_jobs(2));
    FAIL() << "the bad parameter was passed over";
  } catch (const BadInput& bad) {
    EXPECT_EQ(bad.problems().at(0).at.line, 9u);
  }
}

TEST(Sweep, OfSeveralFailingCellsTheFirstInOrderIsReportedForAnyNumberOfJobs) {
  const auto fail = [](const Cell& cell) -> CellOutcome {
    if (cell.values.number("workers") == 1) {
      return as_number(cell);
    }
    throw InternalError("broken");
  };
  for (const unsigned jobs : {1u, 2u, 8u}) {
    try {
      run_sweep(counting_scenario(), fail, with_jobs(jobs));
      FAIL() << "the defect was passed over";
    } catch (const InternalError& error) {
      EXPECT_STREQ(error.what(), "in the cell workers=2 adds=5 seed=1 of counting: broken");
    }
  }
}

TEST(Sweep, WhateverElseACellThrowsIsAnInternalError) {
  const auto fail = [](const Cell&) -> CellOutcome { throw std::runtime_error("unforeseen"); };
  EXPECT_THROW(run_sweep(counting_scenario(), fail, with_jobs(2)), InternalError);
}

class Listing : public SweepObserver {
 public:
  void begun(const CellPlace& cell) override { begun_.insert(cell); }
  void ended(const CellPlace& cell) override { ended_.insert(cell); }
  std::multiset<CellPlace> begun_;
  std::multiset<CellPlace> ended_;
};

TEST(Sweep, TellsOfEachCellOnceWhenItBeginsAndOnceWhenItEnds) {
  Listing listing;
  SweepOptions options = with_jobs(4);
  options.observer = &listing;
  const Scenario scenario = counting_scenario();
  run_sweep(scenario, as_number, options);
  const std::vector<CellPlace> cells = cells_of(scenario);
  EXPECT_EQ(listing.begun_, std::multiset<CellPlace>(cells.begin(), cells.end()));
  EXPECT_EQ(listing.ended_, listing.begun_);
}

}  // namespace
}  // namespace hvsim
