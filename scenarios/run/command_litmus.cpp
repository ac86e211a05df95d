// hvsim litmus FILE...: what the memory model lets be seen, against what it may.
#include <optional>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/litmus_host.hpp"
#include "scenarios/run/litmus_reader.hpp"
#include "scenarios/run/litmus_spec.hpp"
#include "scenarios/run/litmus_timed.hpp"
#include "scenarios/run/litmus_verdict.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

constexpr std::int64_t most_runs = 1'000'000'000;

// How the tests are to be run.
struct LitmusRequest {
  LitmusModel model = LitmusModel::tso;
  LitmusMode mode = LitmusMode::exhaustive;
  std::uint64_t runs = 0;
  std::uint64_t seed = 1;
  std::optional<MachineSpec> machine{};  // of timed runs
};

template <class T>
T choice(const char* option, const std::string& text,
         const std::vector<std::pair<std::string, T>>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (name == text) {
      return value;
    }
    names.push_back(name);
  }
  throw BadArgument(std::string(option) + " " + in_quotes(text) + ": expected " + listed(names));
}

std::uint64_t whole(const char* option, const std::string& text, std::int64_t least,
                    std::int64_t most) {
  const Measure value = parse_whole(text);
  if (!value.ok() || value.value < least || value.value > most) {
    throw BadArgument(std::string(option) + " " + in_quotes(text) +
                      ": expected a whole number from " + std::to_string(least) + " to " +
                      std::to_string(most));
  }
  return static_cast<std::uint64_t>(value.value);
}

LitmusMode mode_of(const LitmusArguments& arguments) {
  const std::string on =
      choice<std::string>("--on", arguments.on, {{"sim", "sim"}, {"host", "host"}});
  if (on == "sim") {
    return choice<LitmusMode>("--mode", arguments.mode.empty() ? "exhaustive" : arguments.mode,
                              {{"exhaustive", LitmusMode::exhaustive},
                               {"random", LitmusMode::random},
                               {"timed", LitmusMode::timed}});
  }
  if (!arguments.mode.empty()) {
    throw BadArgument("--mode " + in_quotes(arguments.mode) +
                      ": the host runs as it does; leave --mode out with --on host");
  }
  if (arguments.model != "tso") {
    throw BadArgument("--model " + in_quotes(arguments.model) +
                      ": the host has store buffers; only the simulator can do without");
  }
  return LitmusMode::host;
}

std::uint64_t runs_of(const LitmusArguments& arguments, LitmusMode mode) {
  if (!arguments.runs.empty()) {
    if (mode == LitmusMode::exhaustive) {
      throw BadArgument("--runs " + in_quotes(arguments.runs) +
                        ": a search makes as many as it takes; --runs is for --mode random and "
                        "timed and for --on host");
    }
    return whole("--runs", arguments.runs, 1, most_runs);
  }
  switch (mode) {
    case LitmusMode::random:
      return 1'000;
    case LitmusMode::timed:
      return 300;
    default:
      return 10'000;
  }
}

LitmusRequest request_of(const LitmusArguments& arguments) {
  LitmusRequest request;
  request.model = choice<LitmusModel>("--model", arguments.model,
                                      {{"tso", LitmusModel::tso}, {"sc", LitmusModel::sc}});
  request.mode = mode_of(arguments);
  request.runs = runs_of(arguments, request.mode);
  if (!arguments.seed.empty()) {
    request.seed = whole("--seed", arguments.seed, 0, INT64_MAX);
  }
  if (request.mode == LitmusMode::timed) {
    request.machine = arguments.machine.empty() ? litmus_spec() : read_machine(arguments.machine);
  } else if (!arguments.machine.empty()) {
    throw BadArgument("--machine " + in_quotes(arguments.machine) + ": only with --mode timed");
  }
  return request;
}

std::vector<LitmusTest> read_all(const std::vector<std::string>& files) {
  std::vector<LitmusTest> tests;
  Problems problems;
  for (const std::string& file : files) {
    try {
      for (LitmusTest& test : read_litmus_file(file)) {
        tests.push_back(std::move(test));
      }
    } catch (const BadInput& bad) {
      problems.add_all(bad);
    }
  }
  problems.throw_if_any();
  return tests;
}

LitmusSeen run_test(const LitmusTest& test, const LitmusRequest& request) {
  const LitmusMachineOptions options{.model = request.model};
  switch (request.mode) {
    case LitmusMode::exhaustive:
      return search_litmus(test, options);
    case LitmusMode::random:
      return walk_litmus(test, options, request.runs, request.seed);
    case LitmusMode::timed:
      return time_litmus(test, *request.machine, request.model, request.runs, request.seed);
    case LitmusMode::host:
      break;
  }
  return host_litmus(test, request.runs, request.seed);
}

}  // namespace

ExitCode litmus_command(const LitmusArguments& arguments) {
  if (arguments.files.empty()) {
    complain("hvsim: no litmus tests were named; try: hvsim litmus --help\n");
    return ExitCode::nothing_to_do;
  }
  const bool json = choice<bool>("--format", arguments.format, {{"table", false}, {"json", true}});
  const LitmusRequest request = request_of(arguments);
  std::vector<LitmusVerdict> verdicts;
  for (const LitmusTest& test : read_all(arguments.files)) {
    try {
      verdicts.push_back(judge_litmus(test, run_test(test, request), request.model, request.mode));
    } catch (const TooManyStates& error) {
      throw BadArgument(error.what());
    }
  }
  print(json ? litmus_json(verdicts, request.mode)
             : litmus_table(verdicts, request.model, request.mode));
  return exit_code_of(verdicts);
}

}  // namespace hvsim
