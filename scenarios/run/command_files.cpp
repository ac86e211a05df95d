// hvsim validate, explain and schema: what can be said of a scenario without running it.
#include <algorithm>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/explain.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/schema.hpp"

namespace hvsim {

ExitCode validate_command(const std::vector<std::string>& files) {
  if (files.empty()) {
    complain("hvsim: nothing to do: name a scenario's FILE\n");
    return ExitCode::nothing_to_do;
  }
  ExitCode code = ExitCode::passed;
  for (const std::string& file : files) {
    try {
      check_cells(read_scenario_file(file));
      print(file + ": ok\n");
    } catch (const BadInput& bad) {
      std::string text = bad.what();
      complain(text + (text.empty() || text.back() != '\n' ? "\n" : ""));
      code = ExitCode::unusable;
    }
  }
  return code;
}

ExitCode explain_command(const std::string& path, const std::string& file) {
  std::string text;
  for (const std::string& line : explain(read_scenario_file(file), path)) {
    text += line + "\n";
  }
  print(text);
  return ExitCode::passed;
}

ExitCode schema_command(const std::string& kind) {
  const std::span<const std::string> kinds = schema_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    std::string known;
    for (const std::string& name : kinds) {
      known += (known.empty() ? "" : " or ") + name;
    }
    throw BadArgument("schema " + kind + ": expected " + known);
  }
  print(schema_text(kind));
  return ExitCode::passed;
}

}  // namespace hvsim
