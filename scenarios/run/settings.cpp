// The table of settings, made from the tables of the machine and of the workload kind.
#include "scenarios/run/settings.hpp"

#include <algorithm>
#include <map>

#include "scenarios/run/suggest.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

std::string last_part(const std::string& path) {
  return path.substr(path.rfind('.') + 1);
}

std::string fallback_of(const Parameter& parameter) {
  return parameter.type == Parameter::Type::choice
             ? parameter.fallback_choice
             : text_of(parameter_type(parameter), parameter.fallback);
}

}  // namespace

ValueType price_type() {
  // A price of nothing would let a spinning pCPU turn for ever in no time.
  return {ValueType::Kind::duration, 1, milliseconds(1).ps};
}

ValueType limit_type(const LimitField& limit) {
  const bool is_rate = limit.unit == std::string("B/s");
  check(is_rate || limit.unit[0] == '\0', "a limit is a rate or a count");
  constexpr std::int64_t megabyte = 1'000'000;
  // More than a line a microsecond, the unit in which rates are kept (sim/hw/links.hpp).
  return is_rate ? ValueType{ValueType::Kind::rate, 65 * megabyte, 10 * megabyte * megabyte}
                 : ValueType{ValueType::Kind::count, 1, 1'024};
}

ValueType hand_over_type() {
  ValueType type{ValueType::Kind::choice};
  for (const HandOverName& policy : hand_over_names()) {
    type.choices.emplace_back(policy.name);
  }
  return type;
}

ValueType lapic_type() {
  ValueType type{ValueType::Kind::choice};
  for (const ApicName& mode : apic_names()) {
    type.choices.emplace_back(mode.name);
  }
  return type;
}

ValueType parameter_type(const Parameter& parameter) {
  static const std::map<Parameter::Type, ValueType::Kind> kinds = {
      {Parameter::Type::count, ValueType::Kind::count},
      {Parameter::Type::duration, ValueType::Kind::duration},
      {Parameter::Type::size, ValueType::Kind::size},
      {Parameter::Type::fraction, ValueType::Kind::fraction},
      {Parameter::Type::flag, ValueType::Kind::flag},
      {Parameter::Type::choice, ValueType::Kind::choice}};
  return {kinds.at(parameter.type), parameter.least, parameter.most, parameter.choices};
}

SettingTable::SettingTable(const WorkloadKind* kind) {
  const auto add = [this](std::string path, ValueType type, std::string fallback,
                          std::string meaning) {
    settings_.push_back(
        {std::move(path), "", std::move(type), std::move(fallback), std::move(meaning)});
  };
  add("machine", {ValueType::Kind::machine}, "", "the machine, by name or path");
  std::string policies = "who is served next when several want one line";
  for (const HandOverName& policy : hand_over_names()) {
    policies += std::string("; ") + policy.name + ": " + policy.meaning;
  }
  add("hand_over", hand_over_type(), "", policies);
  std::string modes = "how software talks to the LAPIC";
  for (const ApicName& mode : apic_names()) {
    modes += std::string("; ") + mode.name + ": " + mode.meaning;
  }
  add("lapic", lapic_type(), "", modes);
  for (const PriceField& price : price_fields()) {
    add(std::string("prices.") + price.name, price_type(), "", price.meaning);
  }
  for (const LimitField& limit : limit_fields()) {
    add(std::string("limits.") + limit.name, limit_type(limit), "", limit.meaning);
  }
  if (kind != nullptr) {
    for (const Parameter& parameter : kind->parameters) {
      add("workload." + parameter.name, parameter_type(parameter), fallback_of(parameter),
          parameter.doc);
    }
  }
  std::map<std::string, int> uses;
  for (const Setting& setting : settings_) {
    uses[last_part(setting.path)] += 1;
  }
  for (Setting& setting : settings_) {
    const std::string name = last_part(setting.path);
    setting.name = uses[name] == 1 ? name : setting.path;
  }
}

const Setting* SettingTable::find(const std::string& path_or_name) const {
  const auto found = std::find_if(settings_.begin(), settings_.end(), [&](const Setting& s) {
    return s.path == path_or_name || s.name == path_or_name;
  });
  return found == settings_.end() ? nullptr : &*found;
}

std::string SettingTable::nearest(const std::string& word) const {
  // The workload's first: an axis is mostly one of them.
  std::vector<std::string> names;
  for (const bool of_workload : {true, false}) {
    for (const Setting& setting : settings_) {
      if ((setting.path.rfind("workload.", 0) == 0) == of_workload) {
        names.push_back(setting.name);
      }
    }
  }
  const std::string by_name = did_you_mean(word, names);
  if (!by_name.empty()) {
    return by_name;
  }
  std::vector<std::string> paths;
  for (const Setting& setting : settings_) {
    paths.push_back(setting.path);
  }
  return did_you_mean(word, paths);
}

}  // namespace hvsim
