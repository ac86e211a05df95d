// The command line of hvsim: takes arguments apart and hands them to one function a command.
#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/limits.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/version.hpp"

namespace {

using hvsim::ExitCode;

// What the command line asked for; set by the callback of the one command that was given.
using Chosen = std::function<ExitCode()>;

// An option is given once; a list of values is given as the option repeated, a value each.
void add_list(CLI::App& app, const char* name, std::vector<std::string>& to, const char* doc) {
  app.add_option(name, to, doc)->expected(1)->take_all()->allow_extra_args(false);
}

void add_run(CLI::App& app, hvsim::RunArguments& run, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("run", "Run scenarios and judge their claims");
  command->add_option("FILE", run.files, "Scenarios (JSON)");
  add_list(*command, "--set", run.set, "PATH=VALUE: fix a value (drops the axis of that name)");
  add_list(*command, "--sweep", run.sweep, "PATH=A,B,...: replace an axis or add one");
  command->add_option("--seed", run.seed, "The only seed, instead of the scenario's");
  command->add_option("-j,--jobs", run.jobs, "Cells run at once (default: hardware threads)");
  command->add_option("-o,--output", run.folder, "Folder: write NAME.json (or .csv, .md) there");
  command->add_option("--format", run.format, "table, json, csv or md");
  command->add_flag("--c2c", run.c2c, "Also show which cache lines and locks were fought over");
  command->add_flag("--resume", run.resume, "Go on where an earlier run with --output ended");
  command->add_option("--perf", run.perf_file, "File: write what simulating cost the host");
  command->add_option("--engine", run.engine, "What simulates: fibers or simgrid");
  for (const hvsim::LimitOption& limit : hvsim::limit_options()) {
    command->add_option(limit.name, run.limits[limit.name], limit.meaning);
  }
  const char* const checking = "For checking the simulator: none of these changes a result";
  command->add_option("--history", run.history, "File: write every verb of the one cell there")
      ->group(checking);
  command->add_flag("--step", run.step, "Switch strands at every verb")->group(checking);
  command->add_flag("--poll", run.poll, "Take every turn of a wait loop")->group(checking);
  command->add_flag("--reversed", run.reversed, "Begin with the last cell")->group(checking);
  command->callback([&run, &chosen] { chosen = [&run] { return hvsim::run_command(run); }; });
}

void add_litmus(CLI::App& app, hvsim::LitmusArguments& litmus, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("litmus", "Check the memory model by litmus tests");
  command->add_option("FILE", litmus.files, "Packs of tests (xlitmus-1)");
  command->add_option("--model", litmus.model, "tso, or sc: without store buffers");
  command->add_option(
      "--mode", litmus.mode,
      "exhaustive: every order; random: drawn orders; timed: at a machine's speed");
  command->add_option("--runs", litmus.runs, "Runs a test, where not every order is tried");
  command->add_option("--on", litmus.on, "sim, or host: real threads");
  command->add_option("--machine", litmus.machine,
                      "Of timed runs (default: one in round numbers)");
  command->add_option("--seed", litmus.seed, "Of random and timed runs (default: 1)");
  command->add_option("--format", litmus.format, "table or json");
  command->callback(
      [&litmus, &chosen] { chosen = [&litmus] { return hvsim::litmus_command(litmus); }; });
}

void add_explore(CLI::App& app, hvsim::ExploreArguments& explore, Chosen& chosen) {
  CLI::App* command =
      app.add_subcommand("explore", "Look for findings under hostile schedules, and shrink them");
  command->add_option("FILE", explore.file, "Scenario (JSON)")->required();
  add_list(*command, "--set", explore.set,
           "PATH=VALUE: fix a value (drops the axis of that name)");
  add_list(*command, "--sweep", explore.sweep, "PATH=A,B,...: replace an axis or add one");
  command->add_option("--strategy", explore.strategy, "noise or pct (default: noise)");
  command->add_option("--seed", explore.seed, "Seed of the schedules (default: 1)");
  CLI::Option* many = command->add_option("--schedules", explore.schedules,
                                          "How many, over all cells (default: 1000)");
  command->add_option("--schedule", explore.schedule, "Only the schedule of this number")
      ->excludes(many);
  command->add_option("-j,--jobs", explore.jobs, "Schedules run at once");
  command->add_option("--format", explore.format, "table or json");
  command->callback(
      [&explore, &chosen] { chosen = [&explore] { return hvsim::explore_command(explore); }; });
}

struct Words {
  std::vector<std::string> files;
  std::string kind;
  std::string path;
  std::string file;
  std::string format = "dot";
  std::string check_format = "table";
  std::string a;
  std::string b;
};

void add_questions(CLI::App& app, Words& words, Chosen& chosen) {
  CLI::App* list = app.add_subcommand("list", "Show what there is to name in a scenario");
  list->add_option("KIND", words.kind,
                   "machines, scenarios, workloads, locks, loaders, runstates, schedulers, "
                   "shootdowns or metrics");
  list->callback([&] { chosen = [&] { return hvsim::list_command(words.kind); }; });

  CLI::App* validate = app.add_subcommand("validate", "Check scenarios without running them");
  validate->add_option("FILE", words.files, "Scenarios (JSON)");
  validate->callback([&] { chosen = [&] { return hvsim::validate_command(words.files); }; });

  CLI::App* explain = app.add_subcommand("explain", "Say what a value is and who set it");
  explain->add_option("PATH", words.path, "Such as queues, prices.l3_hit, machine")->required();
  explain->add_option("FILE", words.file, "Scenario (JSON)")->required();
  explain->callback(
      [&] { chosen = [&] { return hvsim::explain_command(words.path, words.file); }; });

  CLI::App* diff = app.add_subcommand("diff-history", "Name the first verb where two runs part");
  diff->add_option("A", words.a, "What `run --history` wrote")->required();
  diff->add_option("B", words.b, "The same of the other run")->required();
  diff->callback([&] { chosen = [&] { return hvsim::diff_history_command(words.a, words.b); }; });

  CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of a kind of file");
  schema->add_option("KIND", words.kind, "scenario or machine")->required();
  schema->callback([&] { chosen = [&] { return hvsim::schema_command(words.kind); }; });
}

void add_machine(CLI::App& app, Words& words, Chosen& chosen) {
  CLI::App* machine = app.add_subcommand("machine", "Show, check or draw a machine");
  machine->require_subcommand(1);
  CLI::App* show = machine->add_subcommand("show", "Print its shape and prices, with sources");
  show->add_option("NAME", words.kind, "A machine's name or file")->required();
  show->callback([&] { chosen = [&] { return hvsim::machine_show_command(words.kind); }; });
  CLI::App* check = machine->add_subcommand(
      "check", "Measure every price on the simulated machine, and compare with its file");
  check->add_option("NAME", words.files, "Machines' names or files")->required();
  check->add_option("--format", words.check_format, "table, json or md");
  check->callback([&] {
    chosen = [&] { return hvsim::machine_check_command(words.files, words.check_format); };
  });
  CLI::App* draw = machine->add_subcommand("draw", "Draw its sockets, cores, caches and links");
  draw->add_option("NAME", words.kind, "A machine's name or file")->required();
  draw->add_option("--format", words.format, "dot or svg");
  draw->callback(
      [&] { chosen = [&] { return hvsim::machine_draw_command(words.kind, words.format); }; });
}

// CLI11 has exit codes of its own, above 100: a wrong usage is 4 here.
ExitCode refuse(const CLI::ParseError& error) {
  hvsim::complain(std::string("hvsim: ") + error.what() + "\nTry: hvsim --help\n");
  return ExitCode::unusable;
}

ExitCode run_main(int argc, char** argv) {
  CLI::App app("A laboratory for hypervisor algorithms on a simulated multi-socket x86 host",
               "hvsim");
  app.set_version_flag("--version", std::string("hvsim ") + hvsim::version());
  app.require_subcommand(1);
  Chosen chosen;
  hvsim::RunArguments run;
  hvsim::LitmusArguments litmus;
  hvsim::ExploreArguments explore;
  Words words;
  add_run(app, run, chosen);
  add_litmus(app, litmus, chosen);
  add_explore(app, explore, chosen);
  add_questions(app, words, chosen);
  add_machine(app, words, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    hvsim::print(app.help());
    return ExitCode::passed;
  } catch (const CLI::CallForVersion& version) {
    hvsim::print(std::string(version.what()) + "\n");
    return ExitCode::passed;
  } catch (const CLI::ParseError& error) {
    return refuse(error);
  }
  return chosen();
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away (`| head`) is an error of write(), not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  return static_cast<int>(hvsim::guarded([argc, argv] { return run_main(argc, argv); }));
}
