#include "scenarios/run/sweep.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "scenarios/run/decode.hpp"
#include "scenarios/run/limits.hpp"
#include "scenarios/run/output.hpp"
#include "sim/base/check.hpp"
#include "sim/time/clock_ends.hpp"

namespace hvsim {
namespace {

// Where a parameter was written, to say so when it does not fit.
Location parameter_place(const Scenario& scenario, const std::string& parameter) {
  const std::string path = "workload." + parameter;
  for (const Axis& axis : scenario.axes) {
    if (axis.path == path) {
      return axis.at;
    }
  }
  const auto set = scenario.set_at.find(path);
  return set == scenario.set_at.end() ? scenario.where : set->second;
}

class Sweep {
 public:
  Sweep(const Scenario& scenario, const CellRunner& runner, const SweepOptions& options)
      : scenario_(scenario),
        runner_(runner),
        options_(options),
        cells_(cells_of(scenario)),
        outcomes_(cells_.size()),
        failures_(cells_.size()) {}

  SweepOutcome run() {
    const std::size_t wanted = std::max<std::size_t>(options_.jobs, 1);
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(wanted, cells_.size()); ++i) {
      if (!start(threads)) {
        break;  // the host allows no more: fewer do the same work
      }
    }
    work();
    threads.clear();  // joins
    for (std::size_t turn = 0; turn < cells_.size(); ++turn) {
      if (failures_[cell_at(turn)]) {
        std::rethrow_exception(failures_[cell_at(turn)]);
      }
    }
    return outcome();
  }

 private:
  bool start(std::vector<std::jthread>& threads) {
    try {
      threads.emplace_back([this] { work(); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  bool stopped() const {
    return failed_.load() || (options_.stop != nullptr && options_.stop->load());
  }

  // The cell that is begun after `turn` others.
  std::size_t cell_at(std::size_t turn) const {
    return options_.reversed ? cells_.size() - 1 - turn : turn;
  }

  // Cells are taken in order, so a cell before a failed one has been taken, and ends: which
  // failure is the first does not depend on the number of threads.
  void work() {
    while (!stopped()) {
      const std::size_t turn = next_.fetch_add(1);
      if (turn >= cells_.size()) {
        return;
      }
      const std::size_t index = cell_at(turn);
      tell(&SweepObserver::begun, index);
      try {
        outcomes_[index] = run_one(cells_[index]);
      } catch (...) {
        failures_[index] = std::current_exception();
        failed_.store(true);
      }
      tell(&SweepObserver::ended, index);
    }
  }

  CellOutcome run_one(const CellPlace& place) const {
    const std::string name = cell_text(scenario_, place);
    try {
      return runner_(make_cell(scenario_, place.at, place.seed));
    } catch (const BadInput&) {
      throw;
    } catch (const CannotWrite&) {
      throw;
    } catch (const LimitReached& reached) {
      throw BadInput({{scenario_.where, "the cell " + name + " " + text_of(reached)}});
    } catch (const ClockEnds& ends) {
      throw BadInput({{scenario_.where, "the cell " + name + " goes on beyond the end of " +
                                            ends.what() + ": use --engine fibers"}});
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const BadParameter& bad) {
      throw BadInput({{parameter_place(scenario_, bad.parameter()),
                       bad.parameter() + ": " + bad.what() + " (in the cell " + name + ")"}});
    } catch (const std::exception& error) {
      throw InternalError("in the cell " + name + " of " + scenario_.name + ": " + error.what());
    }
  }

  void tell(void (SweepObserver::*what)(const CellPlace&), std::size_t index) {
    if (options_.observer != nullptr) {
      const std::lock_guard lock(telling_);
      (options_.observer->*what)(cells_[index]);
    }
  }

  SweepOutcome outcome() {
    SweepOutcome all;
    all.cells = cells_.size();
    for (std::optional<CellOutcome>& cell : outcomes_) {
      if (cell) {
        all.rows.push_back(std::move(cell->row));
        all.cost.verbs += cell->cost.verbs;
        all.cost.switches += cell->cost.switches;
        all.cost.simulated_ps += cell->cost.simulated_ps;
      }
    }
    return all;
  }

  const Scenario& scenario_;
  const CellRunner& runner_;
  const SweepOptions& options_;
  const std::vector<CellPlace> cells_;
  std::vector<std::optional<CellOutcome>> outcomes_;  // one a cell, each written by one thread
  std::vector<std::exception_ptr> failures_;          // likewise
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex telling_;
};

}  // namespace

SweepOutcome run_sweep(const Scenario& scenario, const CellRunner& runner,
                       const SweepOptions& options) {
  return Sweep(scenario, runner, options).run();
}

}  // namespace hvsim
