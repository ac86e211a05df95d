// The schema of scenarios. What depends on the kind of workload (parameters, axes, metrics) is one
// definition a kind, chosen by if/then.
#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/keys.hpp"
#include "scenarios/run/resolved.hpp"
#include "scenarios/run/schema_parts.hpp"
#include "scenarios/run/settings.hpp"

namespace hvsim {
namespace {

bool is_in(const Setting& setting, const std::string& section) {
  return setting.path.rfind(section + ".", 0) == 0;
}

std::string last_part(const Setting& setting) {
  return setting.path.substr(setting.path.rfind('.') + 1);
}

class ScenarioSchema {
 public:
  std::string write() {
    json_.begin_object();
    write_schema_head(json_, "A scenario of hvsim");
    write_closed_object(json_, scenario_keys());
    write_properties();
    write_conditions();
    write_definitions();
    json_.end_object();
    return json_.text();
  }

 private:
  static std::string meaning(const char* key) { return meaning_of(scenario_keys(), key); }

  void write_properties() {
    json_.key("properties");
    json_.begin_object();
    write_text_schema(json_, "$schema", meaning("$schema"));
    json_.key("name");
    json_.begin_object();
    json_.member("description", meaning("name"));
    json_.member("type", "string");
    json_.member("pattern", "^[A-Za-z0-9._-]{1,100}$");
    json_.end_object();
    write_text_schema(json_, "why", meaning("why"));
    write_reference(json_, "machine", "machine", meaning("machine"));
    write_reference(json_, "hand_over", "hand_over", meaning("hand_over"));
    write_reference(json_, "lapic", "lapic", meaning("lapic"));
    write_section("prices");
    write_section("limits");
    write_workload();
    json_.key("axes");
    json_.begin_object();
    json_.member("description", meaning("axes"));
    json_.member("type", "object");
    json_.end_object();
    write_seeds();
    json_.key("claims");
    json_.begin_object();
    json_.member("description", meaning("claims"));
    json_.member("type", "array");
    write_reference(json_, "items", "claim");
    json_.end_object();
    json_.end_object();
  }

  void write_section(const char* section) {
    json_.key(section);
    json_.begin_object();
    json_.member("description", meaning(section));
    json_.member("type", "object");
    json_.member("additionalProperties", false);
    json_.key("properties");
    json_.begin_object();
    for (const Setting& setting : machine_table_.all()) {
      if (is_in(setting, section)) {
        write_reference(json_, last_part(setting), setting.path);
      }
    }
    json_.end_object();
    json_.end_object();
  }

  void write_workload() {
    std::vector<std::string> kinds;
    for (const WorkloadKind& kind : workload_kinds()) {
      kinds.push_back(kind.name);
    }
    json_.key("workload");
    json_.begin_object();
    json_.member("description", meaning("workload"));
    json_.member("type", "object");
    write_strings(json_, "required", {"kind"});
    json_.key("properties");
    json_.begin_object();
    json_.key("kind");
    json_.begin_object();
    write_strings(json_, "enum", kinds);
    json_.end_object();
    json_.end_object();
    json_.end_object();
  }

  void write_seeds() {
    json_.key("seeds");
    json_.begin_object();
    json_.member("description", meaning("seeds"));
    json_.member("type", "array");
    json_.member("minItems", std::int64_t{1});
    json_.member("uniqueItems", true);
    json_.key("items");
    json_.begin_object();
    json_.member("type", "integer");
    json_.member("minimum", std::int64_t{0});
    json_.end_object();
    json_.end_object();
  }

  // A machine or an axis of machines; and for each kind of workload, its definition.
  void write_conditions() {
    json_.key("anyOf");
    json_.begin_array(true);
    json_.begin_object();
    write_strings(json_, "required", {"machine"});
    json_.end_object();
    json_.begin_object();
    write_strings(json_, "required", {"axes"});
    json_.key("properties");
    json_.begin_object();
    json_.key("axes");
    json_.begin_object();
    write_strings(json_, "required", {"machine"});
    json_.end_object();
    json_.end_object();
    json_.end_object();
    json_.end_array();
    json_.key("allOf");
    json_.begin_array();
    for (const WorkloadKind& kind : workload_kinds()) {
      write_condition(kind.name);
    }
    json_.end_array();
  }

  void write_condition(const std::string& kind) {
    json_.begin_object();
    json_.key("if");
    json_.begin_object();
    json_.key("properties");
    json_.begin_object();
    json_.key("workload");
    json_.begin_object();
    write_strings(json_, "required", {"kind"});
    json_.key("properties");
    json_.begin_object();
    json_.key("kind");
    json_.begin_object();
    json_.member("const", kind);
    json_.end_object();
    json_.end_object();
    json_.end_object();
    json_.end_object();
    json_.end_object();
    write_reference(json_, "then", kind);
    json_.end_object();
  }

  void write_definitions() {
    json_.key("definitions");
    json_.begin_object();
    for (const Setting& setting : machine_table_.all()) {
      write_setting(setting.path, setting);
    }
    write_claim();
    for (const WorkloadKind& kind : workload_kinds()) {
      write_kind(kind);
    }
    json_.end_object();
  }

  void write_setting(const std::string& key, const Setting& setting) {
    json_.key(key);
    json_.begin_object();
    json_.member(
        "description",
        setting.meaning + (setting.type.is_measure() ? " (" + expected(setting.type) + ")" : ""));
    write_type_schema(json_, setting.type);
    if (!setting.fallback.empty()) {
      const bool bare = setting.type.kind == ValueType::Kind::count ||
                        setting.type.kind == ValueType::Kind::flag;
      json_.key("default");
      json_.raw(bare ? setting.fallback : json_string(setting.fallback));
    }
    json_.end_object();
  }

  void write_claim() {
    json_.key("claim");
    json_.begin_object();
    write_closed_object(json_, claim_keys());
    json_.key("anyOf");
    json_.begin_array(true);
    for (const char* bound : {"at_least", "at_most"}) {
      json_.begin_object();
      write_strings(json_, "required", {bound});
      json_.end_object();
    }
    json_.end_array();
    json_.key("properties");
    json_.begin_object();
    for (const Key& key : claim_keys()) {
      const std::string name = key.name;
      const bool is_bound = name == "at_least" || name == "at_most";
      const bool is_point = name == "at" || name == "of" || name == "over";
      if (!is_bound && !is_point) {
        write_text_schema(json_, name, key.meaning);
        continue;
      }
      json_.key(name);
      json_.begin_object();
      json_.member("description", key.meaning);
      json_.member("type", is_bound ? "number" : "object");
      json_.end_object();
    }
    json_.end_object();
    json_.key("dependencies");
    json_.begin_object();
    write_strings(json_, "of", {"over"});
    write_strings(json_, "over", {"of"});
    json_.end_object();
    json_.end_object();
  }

  void write_kind(const WorkloadKind& kind) {
    const SettingTable table(&kind);
    json_.key(kind.name);
    json_.begin_object();
    json_.member("description", kind.doc);
    json_.key("properties");
    json_.begin_object();
    json_.key("workload");
    json_.begin_object();
    json_.member("additionalProperties", false);
    json_.key("properties");
    json_.begin_object();
    json_.key("kind");
    json_.begin_object();
    json_.member("description", kind.doc);
    json_.end_object();
    for (const Setting& setting : table.all()) {
      if (is_in(setting, "workload")) {
        write_setting(last_part(setting), setting);
      }
    }
    json_.end_object();
    json_.end_object();
    write_axes(kind, table);
    write_claims(kind, table);
    json_.end_object();
    json_.end_object();
  }

  // Refers to the one place where the setting is described.
  void write_setting_reference(const std::string& key, const WorkloadKind& kind,
                               const Setting& setting) {
    const bool of_workload = is_in(setting, "workload");
    write_reference(json_, key,
                    of_workload
                        ? kind.name + "/properties/workload/properties/" + last_part(setting)
                        : setting.path);
  }

  void write_axes(const WorkloadKind& kind, const SettingTable& table) {
    json_.key("axes");
    json_.begin_object();
    write_names(table);
    json_.key("properties");
    json_.begin_object();
    for (const Setting& setting : table.all()) {
      json_.key(setting.name);
      json_.begin_object();
      json_.member("type", "array");
      json_.member("minItems", std::int64_t{1});
      json_.member("uniqueItems", true);
      write_setting_reference("items", kind, setting);
      json_.end_object();
    }
    json_.end_object();
    json_.end_object();
  }

  // A setting may be called by its name or its path.
  void write_names(const SettingTable& table) {
    std::vector<std::string> names;
    for (const Setting& setting : table.all()) {
      names.push_back(setting.name);
    }
    for (const Setting& setting : table.all()) {
      if (setting.path != setting.name) {
        names.push_back(setting.path);
      }
    }
    json_.key("propertyNames");
    json_.begin_object();
    write_strings(json_, "enum", names);
    json_.end_object();
  }

  void write_claims(const WorkloadKind& kind, const SettingTable& table) {
    std::vector<std::string> metrics;
    for (const MetricInfo& metric : kind.metrics) {
      metrics.push_back(metric.name);
    }
    for (const MetricInfo& metric : common_metrics()) {
      metrics.push_back(metric.name);
    }
    json_.key("claims");
    json_.begin_object();
    json_.key("items");
    json_.begin_object();
    json_.key("properties");
    json_.begin_object();
    json_.key("metric");
    json_.begin_object();
    write_strings(json_, "enum", metrics);
    json_.end_object();
    json_.key("at");
    json_.begin_object();
    write_names(table);
    json_.key("properties");
    json_.begin_object();
    for (const Setting& setting : table.all()) {
      write_setting_reference(setting.name, kind, setting);
    }
    json_.end_object();
    json_.end_object();
    const std::string like_at = kind.name + "/properties/claims/items/properties/at";
    write_reference(json_, "of", like_at);
    write_reference(json_, "over", like_at);
    json_.end_object();
    json_.end_object();
    json_.end_object();
  }

  SettingTable machine_table_{nullptr};
  JsonWriter json_;
};

}  // namespace

std::string scenario_schema() {
  return ScenarioSchema().write();
}

}  // namespace hvsim
