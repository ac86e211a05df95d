// A scenario and a cell as canonical JSON.
#include "scenarios/run/resolved.hpp"

#include <algorithm>
#include <cstdio>

#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/settings.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

void write_value(JsonWriter& json, const Setting& setting, const std::string& text) {
  if (setting.type.kind == ValueType::Kind::count || setting.type.kind == ValueType::Kind::flag) {
    json.raw(text);
  } else {
    json.value(text);
  }
}

class ScenarioWriter {
 public:
  explicit ScenarioWriter(const Scenario& scenario)
      : scenario_(scenario), table_(scenario.workload) {}

  std::string write() {
    json_.begin_object();
    json_.member("name", scenario_.name);
    json_.member("why", scenario_.why);
    if (!scenario_.machine.empty()) {
      json_.member("machine", scenario_.machine);
    }
    for (const char* choice : {"hand_over", "lapic"}) {
      if (const auto set = scenario_.settings.find(choice); set != scenario_.settings.end()) {
        json_.member(choice, set->second);
      }
    }
    write_section("prices", false);
    write_section("limits", false);
    write_section("workload", true);
    write_axes();
    json_.key("seeds");
    json_.begin_array(true);
    for (const std::uint64_t seed : scenario_.seeds) {
      json_.value(seed);
    }
    json_.end_array();
    json_.key("claims");
    json_.begin_array();
    for (const Claim& claim : scenario_.claims) {
      write_claim(claim);
    }
    json_.end_array();
    json_.end_object();
    return json_.text();
  }

 private:
  bool is_axis(const std::string& path) const {
    return std::any_of(scenario_.axes.begin(), scenario_.axes.end(),
                       [&](const Axis& axis) { return axis.path == path; });
  }

  // The settings of a section that are set or, if `with_defaults`, that have a default.
  void write_section(const std::string& section, bool with_defaults) {
    json_.key(section);
    json_.begin_object();
    if (section == "workload") {
      json_.member("kind", scenario_.workload->name);
    }
    for (const Setting& setting : table_.all()) {
      const auto set = scenario_.settings.find(setting.path);
      const bool is_set = set != scenario_.settings.end();
      if (setting.path.rfind(section + ".", 0) != 0 || is_axis(setting.path) ||
          (!is_set && !with_defaults)) {
        continue;
      }
      json_.key(setting.path.substr(section.size() + 1));
      write_value(json_, setting, is_set ? set->second : setting.fallback);
    }
    json_.end_object();
  }

  void write_axes() {
    json_.key("axes");
    json_.begin_object();
    for (const Axis& axis : scenario_.axes) {
      json_.key(axis.name);
      json_.begin_array(true);
      for (const std::string& value : axis.values) {
        write_value(json_, *table_.find(axis.path), value);
      }
      json_.end_array();
    }
    json_.end_object();
  }

  void write_point(const char* key, const Point& point) {
    if (point.empty()) {
      return;
    }
    json_.key(key);
    json_.begin_object();
    for (const auto& [name, text] : point) {
      json_.key(name);
      write_value(json_, *table_.find(name), text);
    }
    json_.end_object();
  }

  void write_claim(const Claim& claim) {
    json_.begin_object();
    json_.member("says", claim.says);
    json_.member("source", claim.source);
    json_.member("metric", claim.metric);
    write_point("at", claim.at);
    write_point("of", claim.of);
    write_point("over", claim.over.value_or(Point{}));
    if (claim.at_least_thousandths) {
      json_.key("at_least");
      json_.raw(decimal_of_thousandths(*claim.at_least_thousandths));
    }
    if (claim.at_most_thousandths) {
      json_.key("at_most");
      json_.raw(decimal_of_thousandths(*claim.at_most_thousandths));
    }
    json_.end_object();
  }

  const Scenario& scenario_;
  SettingTable table_;
  JsonWriter json_;
};

void write_cache(JsonWriter& json, const char* key, const CacheShape& shape) {
  json.key(key);
  json.begin_object();
  json.member("bytes", shape.bytes);
  json.member("ways", std::uint64_t{shape.ways});
  json.end_object();
}

const char* name_of(HandOver policy) {
  for (const HandOverName& name : hand_over_names()) {
    if (name.policy == policy) {
      return name.name;
    }
  }
  check(false, "a policy with a name");
  return "";
}

const char* name_of(ApicMode mode) {
  for (const ApicName& name : apic_names()) {
    if (name.mode == mode) {
      return name.name;
    }
  }
  check(false, "a mode with a name");
  return "";
}

void write_machine(JsonWriter& json, const MachineSpec& machine) {
  json.begin_object();
  json.member("name", machine.name);
  json.member("sockets", std::uint64_t{machine.sockets});
  json.member("cores_per_socket", std::uint64_t{machine.cores_per_socket});
  json.member("threads_per_core", std::uint64_t{machine.threads_per_core});
  json.member("clock_khz", machine.clock_khz);
  write_cache(json, "l1", machine.l1);
  write_cache(json, "l2", machine.l2);
  write_cache(json, "l3", machine.l3);
  json.member("hand_over", name_of(machine.hand_over));
  json.member("lapic", name_of(machine.apic));
  json.key("prices");
  json.begin_object();
  for (const PriceField& field : price_fields()) {
    json.member(field.name, (machine.prices.*field.price).value.ps);
  }
  json.end_object();
  json.key("limits");
  json.begin_object();
  for (const LimitField& field : limit_fields()) {
    json.member(field.name, (machine.*field.limit).value);
  }
  json.end_object();
  json.key("loaded_latency");
  json.begin_array(true);
  for (const auto& [load, latency] : machine.loaded_latency) {
    json.begin_array(true);
    json.value(load);
    json.value(latency.ps);
    json.end_array();
  }
  json.end_array();
  json.key("links");
  json.begin_array(true);
  for (const auto& [from, to] : machine.links) {
    json.begin_array(true);
    json.value(std::uint64_t{from});
    json.value(std::uint64_t{to});
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string resolved_json(const Scenario& scenario) {
  return ScenarioWriter(scenario).write();
}

std::string resolved_json(const MachineSpec& machine) {
  JsonWriter json;
  write_machine(json, machine);
  return json.text();
}

std::string resolved_json(const Cell& cell) {
  JsonWriter json;
  json.begin_object();
  json.key("machine");
  write_machine(json, cell.machine);
  json.key("workload");
  json.begin_object();
  json.member("kind", cell.workload->name);
  for (const Parameter& parameter : cell.workload->parameters) {
    json.key(parameter.name);
    if (parameter.type == Parameter::Type::choice) {
      json.value(cell.values.choice(parameter.name));
    } else {
      json.value(cell.values.number(parameter.name));
    }
  }
  json.end_object();
  json.member("seed", cell.seed);
  json.end_object();
  return json.text();
}

std::string json_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace hvsim
