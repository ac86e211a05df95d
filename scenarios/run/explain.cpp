// One setting, explained.
#include "scenarios/run/explain.hpp"

#include <algorithm>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/settings.hpp"
#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

std::string place_text(const Location& at) {
  return at.line == 0 ? at.file
                      : at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

// The value of a setting that the machine decides, its band and its source.
std::vector<std::string> of_machine(const MachineSpec& machine, const Setting& setting) {
  const std::string name = setting.path.substr(setting.path.find('.') + 1);
  const auto lines = [&](const auto& sourced, auto to_number) {
    const auto text = [&](const auto& value) { return text_of(setting.type, to_number(value)); };
    return std::vector<std::string>{setting.path + " = " + text(sourced.value) + " on " +
                                        machine.name + " (" + text(sourced.low) + " to " +
                                        text(sourced.high) + ")",
                                    "  from:     the machine: " + sourced.source};
  };
  for (const PriceField& field : price_fields()) {
    if (setting.path.rfind("prices.", 0) == 0 && name == field.name) {
      return lines(machine.prices.*field.price, [](Duration d) { return d.ps; });
    }
  }
  for (const LimitField& field : limit_fields()) {
    if (setting.path.rfind("limits.", 0) == 0 && name == field.name) {
      return lines(machine.*field.limit, [](std::int64_t n) { return n; });
    }
  }
  for (const ApicName& mode : apic_names()) {
    if (setting.path == "lapic" && mode.mode == machine.apic) {
      return {setting.path + " = " + mode.name + " on " + machine.name,
              "  from:     the machine: " + machine.apic_source};
    }
  }
  for (const HandOverName& policy : hand_over_names()) {
    if (policy.policy == machine.hand_over) {
      return {setting.path + " = " + policy.name + " on " + machine.name,
              "  from:     the machine: " + machine.hand_over_source};
    }
  }
  return {};
}

std::vector<std::string> value_lines(const Scenario& scenario, const Setting& setting) {
  for (const Axis& axis : scenario.axes) {
    if (axis.path == setting.path) {
      return {setting.path + " = " + listed(axis.values, "and") + ", an axis",
              "  from:     " + place_text(axis.at)};
    }
  }
  const auto set = scenario.settings.find(setting.path);
  const auto at = scenario.set_at.find(setting.path);
  if (at != scenario.set_at.end()) {
    const std::string& value = set == scenario.settings.end() ? scenario.machine : set->second;
    return {setting.path + " = " + value, "  from:     " + place_text(at->second)};
  }
  if (!setting.fallback.empty()) {
    return {setting.path + " = " + setting.fallback, "  from:     the default"};
  }
  std::vector<std::string> out;
  for (const auto& entry : scenario.machines) {
    const auto is_used = [&](const Axis& axis) {
      return axis.path == "machine" &&
             std::find(axis.values.begin(), axis.values.end(), entry.first) != axis.values.end();
    };
    if (entry.first == scenario.machine ||
        std::any_of(scenario.axes.begin(), scenario.axes.end(), is_used)) {
      const auto lines = of_machine(entry.second, setting);
      out.insert(out.end(), lines.begin(), lines.end());
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> explain(const Scenario& scenario, const std::string& path) {
  const SettingTable table(scenario.workload);
  const Setting* setting = table.find(path);
  if (setting == nullptr) {
    throw BadInput(
        {{{"explain " + path, 0, 0, ""},
          "nothing that can be set is called " + in_quotes(path) + table.nearest(path)}});
  }
  std::vector<std::string> out = value_lines(scenario, *setting);
  out.push_back("  expected: " + expected(setting->type));
  out.push_back("  meaning:  " + setting->meaning);
  return out;
}

}  // namespace hvsim
