// What the program can do: one function a command, called with its arguments already taken apart.
//
// Errors: BadInput (problem.hpp), BadArgument and CannotWrite (output.hpp) for what the user can
// mend; InternalError for what only we can. guarded() turns each into a message and a code.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/run/exit_code.hpp"

namespace hvsim {

// An argument that no reader of files looks at is wrong (exit code 4).
class BadArgument : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RunArguments {
  std::vector<std::string> files;
  std::vector<std::string> set;    // "path=value"
  std::vector<std::string> sweep;  // "path=a,b,c"
  std::string seed;                // "": those of the scenario
  std::string jobs;                // "": one a hardware thread
  std::string engine = "fibers";
  std::string format = "table";
  std::string folder;     // "": standard output
  std::string perf_file;  // "": none
  bool c2c = false;
  bool resume = false;
  std::map<std::string, std::string> limits;  // by option (limits.hpp); "": its default
  // For checking the simulator: none of these changes a result.
  std::string history;  // file: "": none
  bool step = false;
  bool poll = false;
  bool reversed = false;
};

struct LitmusArguments {
  std::vector<std::string> files;
  std::string model = "tso";
  std::string mode;  // "": exhaustive, or what the host does
  std::string runs;  // "": as the mode has it
  std::string on = "sim";
  std::string machine;  // of timed runs; "": one in round numbers
  std::string seed;     // "": 1
  std::string format = "table";
};

struct ExploreArguments {
  std::string file;
  std::vector<std::string> set;    // "path=value"
  std::vector<std::string> sweep;  // "path=a,b,c"
  std::string strategy = "noise";
  std::string seed = "1";
  std::string schedules = "1000";
  std::string schedule;  // "": all of them; else the number of the only one
  std::string jobs;      // "": one a hardware thread
  std::string format = "table";
};

ExitCode run_command(const RunArguments& arguments);
ExitCode litmus_command(const LitmusArguments& arguments);
ExitCode explore_command(const ExploreArguments& arguments);
// `kind`: "machines", "scenarios", "workloads", "locks", "metrics" or "" for all.
ExitCode list_command(const std::string& kind);
// Where two files of `run --history` part: ExitCode::failed if they do.
ExitCode diff_history_command(const std::string& a, const std::string& b);
ExitCode validate_command(const std::vector<std::string>& files);
ExitCode explain_command(const std::string& path, const std::string& file);
ExitCode schema_command(const std::string& kind);
ExitCode machine_show_command(const std::string& name);
// Runs every probe on each machine (scenarios/probes). `format`: "table", "json" or "md".
ExitCode machine_check_command(const std::vector<std::string>& names, const std::string& format);
// `format`: "dot", or "svg", which takes Graphviz's program of that name.
ExitCode machine_draw_command(const std::string& name, const std::string& format);

// Runs a command; whatever it throws becomes a message on standard error and an exit code.
ExitCode guarded(const std::function<ExitCode()>& command);

}  // namespace hvsim
