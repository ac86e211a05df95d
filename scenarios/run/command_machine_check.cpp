// hvsim machine check: what the simulator charges, held against the machine's file.
#include "scenarios/run/check_report.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/report.hpp"

namespace hvsim {

ExitCode machine_check_command(const std::vector<std::string>& names, const std::string& format) {
  const std::optional<Format> known = format_named(format);
  if (!known || known == Format::csv) {
    throw BadArgument("--format " + format + ": expected table, json or md");
  }
  std::vector<MachineSpec> machines;
  for (const std::string& name : names) {
    machines.push_back(read_machine(name));
  }
  std::vector<CheckedMachine> checked;
  bool agree = true;
  for (const MachineSpec& machine : machines) {
    checked.push_back({machine, probes::check_machine(machine, machine)});
    agree = agree && checked.back().agrees();
  }
  print(known == Format::json       ? check_json(checked)
        : known == Format::markdown ? check_markdown(checked)
                                    : check_table(checked));
  return agree ? ExitCode::passed : ExitCode::failed;
}

}  // namespace hvsim
