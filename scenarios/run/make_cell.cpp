// A point of the axes becomes a machine and the values of a workload.
#include <algorithm>

#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/settings.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

// The canonical text of a setting at a point: its axis's, else its own, else its default.
std::string text_at(const Scenario& scenario, const Point& at, const Setting& setting) {
  const auto axis = std::find_if(scenario.axes.begin(), scenario.axes.end(),
                                 [&](const Axis& a) { return a.path == setting.path; });
  if (axis != scenario.axes.end()) {
    const auto place = at.find(axis->name);
    check(place != at.end(), "a point has a value for every axis");
    return place->second;
  }
  if (setting.path == "machine") {
    return scenario.machine;
  }
  const auto set = scenario.settings.find(setting.path);
  return set == scenario.settings.end() ? setting.fallback : set->second;
}

template <class T>
Sourced<T> chosen(std::int64_t value) {
  return {T{value}, T{value}, T{value}, "set by the scenario"};
}

template <class Fields>
auto field_called(const Fields& fields, const std::string& name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
  check(found != fields.end(), "a field of the machine's tables");
  return *found;
}

void set_in_machine(const Setting& setting, const std::string& text, MachineSpec& machine) {
  const std::string section = setting.path.substr(0, setting.path.find('.'));
  const std::string name = setting.path.substr(setting.path.find('.') + 1);
  if (section == "prices") {
    machine.prices.*field_called(price_fields(), name).price =
        chosen<Duration>(number_of(setting.type, text));
  } else if (section == "limits") {
    machine.*field_called(limit_fields(), name).limit =
        chosen<std::int64_t>(number_of(setting.type, text));
  } else if (section == "hand_over") {
    machine.hand_over = field_called(hand_over_names(), text).policy;
    machine.hand_over_source = "set by the scenario";
  } else if (section == "lapic") {
    machine.apic = field_called(apic_names(), text).mode;
    machine.apic_source = "set by the scenario";
  }
}

}  // namespace

MachineSpec machine_at(const Scenario& scenario, const Point& at) {
  const SettingTable table(nullptr);
  const auto found = scenario.machines.find(text_at(scenario, at, *table.find("machine")));
  check(found != scenario.machines.end(), "a machine that was read");
  MachineSpec machine = found->second;
  for (const Setting& setting : table.all()) {
    const std::string text = text_at(scenario, at, setting);
    if (!text.empty()) {
      set_in_machine(setting, text, machine);
    }
  }
  return machine;
}

Cell make_cell(const Scenario& scenario, const Point& at, std::uint64_t seed) {
  check(scenario.workload != nullptr, "a scenario that was read without problems");
  Cell cell;
  cell.at = at;
  cell.seed = seed;
  cell.machine = machine_at(scenario, at);
  cell.workload = scenario.workload;
  const SettingTable table(scenario.workload);
  for (const Parameter& parameter : scenario.workload->parameters) {
    const Setting& setting = *table.find("workload." + parameter.name);
    const std::string text = text_at(scenario, at, setting);
    if (parameter.type == Parameter::Type::choice) {
      cell.values.set(parameter.name, text);
    } else {
      cell.values.set(parameter.name, number_of(setting.type, text));
    }
  }
  return cell;
}

}  // namespace hvsim
