#include "scenarios/run/explore.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <tuple>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/decode.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

// A cell, ready to be run, and its shape, which the first who needs it finds out.
class ReadyCell {
 public:
  ReadyCell(const Scenario& scenario, const CellPlace& place)
      : cell_(make_cell(scenario, place.at, place.seed)), text_(cell_text(scenario, place)) {}

  const Cell& cell() const { return cell_; }

  HostileOutcome run(Strategy strategy, std::uint64_t seed, std::uint64_t number,
                     bool first_round) {
    try {
      if (first_round) {
        return run_under(cell_, Plan{});
      }
      const auto schedule = make_schedule(strategy, seed, number, shape());
      return run_under(cell_, *schedule, rank_seed_of(seed, number));
    } catch (const BadParameter& bad) {
      throw BadArgument(bad.parameter() + ": " + bad.what() + " (in the cell " + text_ + ")");
    } catch (const std::exception& error) {
      throw InternalError("under schedule " + std::to_string(number) + " of the cell " + text_ +
                          ": " + error.what());
    }
  }

 private:
  const CellShape& shape() {
    std::call_once(once_, [this] { shape_ = run_under(cell_, Plan{}).shape; });
    return shape_;
  }

  Cell cell_;
  std::string text_;
  std::once_flag once_;
  CellShape shape_;
};

using Cells = std::vector<std::unique_ptr<ReadyCell>>;

Cells ready_cells(const Scenario& scenario) {
  Cells cells;
  for (const CellPlace& place : cells_of(scenario)) {
    cells.push_back(std::make_unique<ReadyCell>(scenario, place));
  }
  return cells;
}

HostileOutcome run_numbered(const Cells& cells, Strategy strategy, std::uint64_t seed,
                            std::uint64_t number) {
  return cells[number % cells.size()]->run(strategy, seed, number, number < cells.size());
}

class Explorer {
 public:
  Explorer(const Scenario& scenario, const ExploreOptions& options)
      : options_(options), cells_(ready_cells(scenario)) {}

  Exploration run() {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < options_.jobs; ++i) {
      try {
        threads.emplace_back([this] { work(); });
      } catch (const std::system_error&) {
        break;  // the host allows no more: fewer do the same work
      }
    }
    work();
    threads.clear();  // joins
    if (!failures_.empty()) {
      std::rethrow_exception(failures_.begin()->second);
    }
    return outcome();
  }

 private:
  using Key = std::tuple<Point, std::string, std::string>;
  struct Count {
    std::uint64_t shown_by = 0;
    std::uint64_t first = 0;
  };

  bool stopped() const {
    return failed_.load() || (options_.stop != nullptr && options_.stop->load());
  }

  // Numbers are taken in order and finished once taken, so those that ran are the first ones, and
  // which failure is the first does not depend on the number of threads.
  void work() {
    while (!stopped()) {
      const std::uint64_t index = next_.fetch_add(1);
      if (index >= options_.schedules) {
        return;
      }
      const std::uint64_t number = options_.first + index;
      try {
        note(number, run_numbered(cells_, options_.strategy, options_.seed, number));
      } catch (...) {
        const std::lock_guard lock(noting_);
        failures_[number] = std::current_exception();
        failed_.store(true);
      }
      done_.fetch_add(1);
      if (options_.done != nullptr) {
        options_.done->fetch_add(1);
      }
    }
  }

  void note(std::uint64_t number, const HostileOutcome& outcome) {
    if (!outcome.finding) {
      return;
    }
    const Point& at = cells_[number % cells_.size()]->cell().at;
    const std::lock_guard lock(noting_);
    Count& count = found_[{at, outcome.finding->rule, place_that_counts(*outcome.finding)}];
    count.first = count.shown_by == 0 ? number : std::min(count.first, number);
    ++count.shown_by;
  }

  // How many of the schedules that were run are for a point of the axes.
  std::uint64_t runs_at(const Point& at) const {
    const auto below = [this](std::uint64_t end, std::size_t cell) {
      return end / cells_.size() + (end % cells_.size() > cell ? 1 : 0);
    };
    std::uint64_t runs = 0;
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      if (cells_[cell]->cell().at == at) {
        runs += below(options_.first + done_.load(), cell) - below(options_.first, cell);
      }
    }
    return runs;
  }

  Exploration outcome() const {
    Exploration all;
    all.schedules = done_.load();
    for (const auto& [key, count] : found_) {
      const auto& [at, rule, place] = key;
      all.found.push_back({at, rule, place, count.shown_by, runs_at(at), count.first});
    }
    std::stable_sort(all.found.begin(), all.found.end(),
                     [](const FoundOnce& a, const FoundOnce& b) {
                       return a.first_schedule < b.first_schedule;
                     });
    return all;
  }

  const ExploreOptions& options_;
  const Cells cells_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> failed_{false};
  std::mutex noting_;
  std::map<Key, Count> found_;
  std::map<std::uint64_t, std::exception_ptr> failures_;
};

}  // namespace

Exploration explore(const Scenario& scenario, const ExploreOptions& options) {
  return Explorer(scenario, options).run();
}

OneSchedule run_schedule(const Scenario& scenario, Strategy strategy, std::uint64_t seed,
                         std::uint64_t number) {
  const Cells cells = ready_cells(scenario);
  HostileOutcome outcome = run_numbered(cells, strategy, seed, number);
  return {cells[number % cells.size()]->cell(), std::move(outcome)};
}

}  // namespace hvsim
