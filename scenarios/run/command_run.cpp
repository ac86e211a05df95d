// hvsim run FILE...: read everything, run everything, then judge.
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "scenarios/run/arguments.hpp"
#include "scenarios/run/cell_runner.hpp"
#include "scenarios/run/claim.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/engines.hpp"
#include "scenarios/run/interrupt.hpp"
#include "scenarios/run/journal.hpp"
#include "scenarios/run/limits.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/perf.hpp"
#include "scenarios/run/progress.hpp"
#include "scenarios/run/recording.hpp"
#include "scenarios/run/report.hpp"
#include "scenarios/run/sweep.hpp"

namespace hvsim {
namespace {

// Of each scenario, in their order; none without --output.
using Journals = std::vector<std::unique_ptr<Journal>>;

Limits limits_of(const RunArguments& arguments) {
  std::string error;
  const Limits limits = read_limits(arguments.limits, error);
  if (!error.empty()) {
    throw BadArgument(error);
  }
  return limits;
}

Overrides with_seed(const RunArguments& arguments) {
  Overrides overrides = overrides_of(arguments.set, arguments.sweep);
  overrides.most_cells = limits_of(arguments).cells;
  if (!arguments.seed.empty()) {
    overrides.seed = whole_argument("--seed", arguments.seed);
  }
  return overrides;
}

unsigned jobs_with(const NamedEngine& engine, const RunArguments& arguments) {
  const unsigned jobs = jobs_of(arguments.jobs);
  if (!engine.one_at_a_time) {
    return jobs;
  }
  if (!arguments.jobs.empty() && jobs > 1) {
    complain("hvsim: --engine " + arguments.engine + " runs one cell at a time: --jobs is 1\n");
  }
  return 1;
}

Format format_of(const RunArguments& arguments) {
  const std::optional<Format> format = format_named(arguments.format);
  if (!format) {
    throw BadArgument("--format " + arguments.format + ": expected table, json, csv or md");
  }
  return *format;
}

// Reads every file before anything is run, and reports what is wrong with all of them.
std::vector<Scenario> read_all(const RunArguments& arguments) {
  const Overrides overrides = with_seed(arguments);
  std::vector<Scenario> scenarios;
  Problems problems;
  for (const std::string& file : arguments.files) {
    try {
      scenarios.push_back(read_scenario_file(file, overrides));
      check_cells(scenarios.back());
    } catch (const BadInput& bad) {
      problems.add_all(bad);
    }
  }
  problems.throw_if_any();
  return scenarios;
}

// Where the results go with -o: a file a scenario, so names must differ and be names of files.
void check_names(const std::vector<Scenario>& scenarios) {
  std::set<std::string> names;
  for (const Scenario& scenario : scenarios) {
    const std::string& name = scenario.name;
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) {
      throw BadArgument("the scenario's name \"" + name + "\" cannot be the name of a file");
    }
    if (!names.insert(name).second) {
      throw BadArgument("two scenarios are called " + name +
                        ": with --output one would overwrite the other");
    }
  }
}

// Before anything is run, so that a folder that cannot be written costs nobody a night.
Journals open_journals(const std::vector<Scenario>& scenarios, const RunArguments& arguments) {
  Journals journals;
  if (arguments.folder.empty()) {
    return journals;
  }
  check_names(scenarios);
  make_folder(arguments.folder);
  for (const Scenario& scenario : scenarios) {
    const std::string file =
        (std::filesystem::path(arguments.folder) / (scenario.name + ".journal")).string();
    journals.push_back(std::make_unique<Journal>(file, scenario, arguments.c2c, arguments.resume));
    if (arguments.resume) {
      complain("hvsim: " + scenario.name + ": " + std::to_string(journals.back()->kept()) +
               " cells were run before\n");
    }
  }
  return journals;
}

// The cell's row from the journal, or by running it. What was not run costs nothing.
CellOutcome recall_or_run(const Cell& cell, const CellRunner& runner, Journal* journal) {
  if (const Row* row = journal == nullptr ? nullptr : journal->find(cell)) {
    CellOutcome outcome{*row, {}};
    outcome.row.at = cell.at;
    outcome.row.seed = cell.seed;
    return outcome;
  }
  CellOutcome outcome = runner(cell);
  if (journal != nullptr) {
    journal->add(cell, outcome.row);
  }
  return outcome;
}

RunOptions options_of(const RunArguments& arguments, const NamedEngine& engine,
                      const Recording& recording) {
  RunOptions options;
  options.make_engine = engine.make;
  options.limits = limits_of(arguments).cell;
  options.step_every_verb = arguments.step;
  options.poll_while_spinning = arguments.poll;
  options.history = recording.history();
  return options;
}

Result run_scenario(Scenario scenario, const CellRunner& runner, unsigned jobs, bool reversed) {
  Result result;
  result.scenario = std::move(scenario);
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress(result.scenario, ::isatty(STDERR_FILENO) == 1);
    const SweepOptions options{jobs, &interrupted(), &progress, reversed};
    SweepOutcome outcome = run_sweep(result.scenario, runner, options);
    result.rows = std::move(outcome.rows);
    result.cells = outcome.cells;
    result.cost = outcome.cost;
  }
  const auto spent = std::chrono::steady_clock::now() - start;
  result.cost.host_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count();
  result.cost.max_rss_kb = max_rss_kb();
  result.verdicts = judge(result.scenario, result.rows);
  return result;
}

void report(const Result& result, const RunArguments& arguments, Format format, bool first) {
  const bool to_screen = arguments.folder.empty() || format == Format::table;
  // An interruption before the first cell leaves an earlier result as it is.
  if (!arguments.folder.empty() && !result.rows.empty()) {
    const Format kept = format == Format::table ? Format::json : format;
    const std::filesystem::path file =
        std::filesystem::path(arguments.folder) / (result.scenario.name + "." + extension(kept));
    write_file(file.string(), render(result, kept, arguments.c2c));
  }
  if (to_screen) {
    const bool apart = !first && format != Format::json;
    print((apart ? "\n" : "") + render(result, format, arguments.c2c));
  }
  // A table and Markdown show what failed where it is looked for; data must say it elsewhere.
  if (!to_screen || format == Format::json || format == Format::csv) {
    complain(faults_report(result));
  }
}

ExitCode code_of(const Result& result) {
  if (result.rows.size() < result.cells) {
    return ExitCode::interrupted;
  }
  for (const Row& row : result.rows) {
    if (!row.findings.empty()) {
      return ExitCode::defect;
    }
  }
  for (const Verdict& verdict : result.verdicts) {
    if (verdict.measured && !verdict.holds) {
      return ExitCode::failed;
    }
  }
  return ExitCode::passed;
}

// Of several scenarios: interrupted before anything, then a defect, then a failed claim.
ExitCode graver(ExitCode one, ExitCode other) {
  for (const ExitCode code : {ExitCode::interrupted, ExitCode::defect, ExitCode::failed}) {
    if (one == code || other == code) {
      return code;
    }
  }
  return ExitCode::passed;
}

}  // namespace

ExitCode run_command(const RunArguments& arguments) {
  const NamedEngine engine = engine_named(arguments.engine);
  const Format format = format_of(arguments);
  const unsigned jobs = jobs_with(engine, arguments);
  if (arguments.files.empty()) {
    complain("hvsim: nothing to do: name a scenario's FILE\n");
    return ExitCode::nothing_to_do;
  }
  std::vector<Scenario> scenarios = read_all(arguments);
  if (arguments.resume && arguments.folder.empty()) {
    throw BadArgument("--resume needs --output: what was run before is kept there");
  }
  if (arguments.resume && !arguments.history.empty()) {
    throw BadArgument("--history needs a whole run: leave --resume out");
  }
  const Journals journals = open_journals(scenarios, arguments);
  Recording recording(arguments.history, scenarios);
  const CellRunner runner = cell_runner(arguments.c2c, options_of(arguments, engine, recording));
  catch_interruption();
  ExitCode code = ExitCode::passed;
  HostCost cost;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (interrupted().load()) {
      code = ExitCode::interrupted;
      break;
    }
    Journal* const journal = journals.empty() ? nullptr : journals[i].get();
    const auto recall = [&](const Cell& cell) { return recall_or_run(cell, runner, journal); };
    const Result result = run_scenario(std::move(scenarios[i]), recall, jobs, arguments.reversed);
    recording.finish(result);
    report(result, arguments, format, i == 0);
    code = graver(code, code_of(result));
    cost = sum(cost, result.cost);
  }
  if (!arguments.perf_file.empty()) {
    write_file(arguments.perf_file, perf_json(cost));
  }
  if (code == ExitCode::interrupted) {
    complain("hvsim: interrupted: what was finished is reported\n");
    return code;
  }
  // Not before all is done: who goes on from here wants none of it run again.
  for (const std::unique_ptr<Journal>& journal : journals) {
    journal->remove();
  }
  return code;
}

}  // namespace hvsim
