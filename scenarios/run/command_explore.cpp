// hvsim explore FILE: runs a scenario under hostile schedules; what they find is shrunk and told.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "scenarios/run/arguments.hpp"
#include "scenarios/run/cells.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/explore.hpp"
#include "scenarios/run/explore_report.hpp"
#include "scenarios/run/interrupt.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/progress.hpp"

namespace hvsim {
namespace {

constexpr std::size_t line_width = 79;
constexpr std::chrono::milliseconds pause_between{100};

// Every schedule builds a machine of many megabytes and frees it again. Memory that goes back to
// the system in between is cleared by it each time: that is most of what a short run costs.
void keep_freed_memory() {
  constexpr int plenty = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, plenty);
  ::mallopt(M_TRIM_THRESHOLD, plenty);
}

Strategy strategy_of(const ExploreArguments& arguments) {
  const std::optional<Strategy> strategy = strategy_named(arguments.strategy);
  if (!strategy) {
    throw BadArgument("--strategy " + arguments.strategy + ": expected noise or pct");
  }
  return *strategy;
}

bool wants_json(const ExploreArguments& arguments) {
  if (arguments.format != "table" && arguments.format != "json") {
    throw BadArgument("--format " + arguments.format + ": expected table or json");
  }
  return arguments.format == "json";
}

ExploreOptions options_of(const ExploreArguments& arguments) {
  ExploreOptions options;
  options.strategy = strategy_of(arguments);
  options.seed = whole_argument("--seed", arguments.seed);
  options.jobs = jobs_of(arguments.jobs);
  if (arguments.schedule.empty()) {
    options.schedules = whole_argument("--schedules", arguments.schedules);
  } else {
    options.first = whole_argument("--schedule", arguments.schedule);
    options.schedules = 1;
  }
  return options;
}

// As a shell takes it.
std::string quoted(const std::string& text) {
  const std::string plain = "=,._-/+:";
  const bool harmless = !text.empty() && std::all_of(text.begin(), text.end(), [&plain](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           plain.find(c) != std::string::npos;
  });
  if (harmless) {
    return text;
  }
  std::string in_quotes = "'";
  for (const char c : text) {
    in_quotes += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return in_quotes + "'";
}

std::string replay_command(const ExploreArguments& arguments, std::uint64_t schedule) {
  std::string command = "hvsim explore " + quoted(arguments.file);
  for (const std::string& text : arguments.set) {
    command += " --set " + quoted(text);
  }
  for (const std::string& text : arguments.sweep) {
    command += " --sweep " + quoted(text);
  }
  return command + fmt::format(" --strategy {} --seed {} --schedule {}", arguments.strategy,
                               arguments.seed, schedule);
}

Explained explained(const Scenario& scenario, const ExploreArguments& arguments,
                    const ExploreOptions& options, const FoundOnce& found) {
  const OneSchedule first =
      run_schedule(scenario, options.strategy, options.seed, found.first_schedule);
  Explained it;
  it.found = found;
  it.cell = cell_text(scenario, {first.cell.at, first.cell.seed});
  it.digest = first.outcome.digest;
  it.perturbed = first.outcome.plan.perturbations.size();
  it.replay = replay_command(arguments, found.first_schedule);
  it.shrunk = shrink(first.cell, first.outcome);
  Story story;
  run_under(first.cell, it.shrunk.outcome.plan, &story);
  it.told = interleaving_of(story, *it.shrunk.outcome.finding);
  return it;
}

// How far it is, on one line of a terminal that is written over. Silent elsewhere.
class ExploreProgress {
 public:
  ExploreProgress(const std::string& name, std::uint64_t schedules,
                  const std::atomic<std::uint64_t>& done)
      : shown_(::isatty(STDERR_FILENO) == 1) {
    if (shown_) {
      shower_ = std::jthread([this, name, schedules, &done] {
        const auto start = std::chrono::steady_clock::now();
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, pause_between, [this] { return over_; })) {
          const auto spent = std::chrono::duration_cast<std::chrono::seconds>(
              std::chrono::steady_clock::now() - start);
          complain("\r\x1b[K" + progress_text(done.load(), schedules, spent, name, line_width));
        }
      });
    }
  }

  ~ExploreProgress() {
    if (shown_) {
      {
        const std::lock_guard lock(mutex_);
        over_ = true;
      }
      wake_.notify_one();
      shower_.join();
      complain("\r\x1b[K");
    }
  }
  ExploreProgress(const ExploreProgress&) = delete;
  ExploreProgress& operator=(const ExploreProgress&) = delete;

 private:
  bool shown_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;  // the exploration is: under mutex_
  std::jthread shower_;
};

Exploration explore_shown(const Scenario& scenario, ExploreOptions options) {
  std::atomic<std::uint64_t> done{0};
  const ExploreProgress progress(scenario.name, options.schedules, done);
  options.done = &done;
  options.stop = &interrupted();
  return explore(scenario, options);
}

}  // namespace

ExitCode explore_command(const ExploreArguments& arguments) {
  const ExploreOptions options = options_of(arguments);
  const bool json = wants_json(arguments);
  const Scenario scenario =
      read_scenario_file(arguments.file, overrides_of(arguments.set, arguments.sweep));
  check_cells(scenario);
  catch_interruption();
  keep_freed_memory();
  const Exploration exploration = explore_shown(scenario, options);
  ExploreReport report{scenario.name,
                       options.strategy,
                       options.seed,
                       options.schedules,
                       exploration.schedules,
                       cells_of(scenario).size(),
                       {}};
  for (const FoundOnce& found : exploration.found) {
    report.findings.push_back(explained(scenario, arguments, options, found));
  }
  print(json ? explore_json(report) : explore_table(report));
  if (exploration.schedules < options.schedules) {
    complain("hvsim: interrupted: what was found is reported\n");
    return ExitCode::interrupted;
  }
  return report.findings.empty() ? ExitCode::passed : ExitCode::defect;
}

}  // namespace hvsim
