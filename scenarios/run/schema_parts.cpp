// Pieces of JSON Schema.
#include "scenarios/run/schema_parts.hpp"

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

const char* const not_blank = "\\S";

}  // namespace

std::string measure_pattern(Dimension dimension, bool with_cycles) {
  std::string units;
  for (const Unit& unit : units_of(dimension)) {
    units += (units.empty() ? "" : "|") + std::string(unit.name);
  }
  units += with_cycles ? "|cycles?" : "";
  return "^[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)? *(" + units + ")$";
}

void write_schema_head(JsonWriter& json, const std::string& title) {
  json.member("$schema", "http://json-schema.org/draft-07/schema#");
  json.member("title", title);
}

void write_strings(JsonWriter& json, const char* key, const std::vector<std::string>& items) {
  json.key(key);
  json.begin_array(true);
  for (const std::string& item : items) {
    json.value(item);
  }
  json.end_array();
}

void write_text_schema(JsonWriter& json, const std::string& key, const std::string& meaning) {
  json.key(key);
  json.begin_object();
  json.member("description", meaning);
  json.member("type", "string");
  json.member("pattern", not_blank);
  json.end_object();
}

void write_type_schema(JsonWriter& json, const ValueType& type, bool with_cycles) {
  switch (type.kind) {
    case ValueType::Kind::count:
      json.member("type", "integer");
      json.member("minimum", type.least);
      json.member("maximum", type.most);
      break;
    case ValueType::Kind::flag:
      json.member("type", "boolean");
      break;
    case ValueType::Kind::choice:
      write_strings(json, "enum", type.choices);
      break;
    case ValueType::Kind::machine:
      json.member("type", "string");
      json.member("pattern", not_blank);
      break;
    case ValueType::Kind::fraction:
      write_strings(json, "type", {"string", "number"});
      json.member("pattern", measure_pattern(Dimension::fraction, false));
      break;
    default:
      json.member("type", "string");
      json.member("pattern", measure_pattern(type.dimension(), with_cycles));
  }
}

void write_closed_object(JsonWriter& json, std::span<const Key> table) {
  json.member("type", "object");
  json.member("additionalProperties", false);
  std::vector<std::string> required;
  for (const Key& key : table) {
    if (key.required) {
      required.emplace_back(key.name);
    }
  }
  if (!required.empty()) {
    write_strings(json, "required", required);
  }
}

void write_reference(JsonWriter& json, const std::string& key, const std::string& name,
                     const std::string& meaning) {
  json.key(key);
  json.begin_object();
  if (!meaning.empty()) {
    // Beside a "$ref" draft-07 reads nothing else.
    json.member("description", meaning);
    json.key("allOf");
    json.begin_array(true);
    json.begin_object();
    json.member("$ref", "#/definitions/" + name);
    json.end_object();
    json.end_array();
  } else {
    json.member("$ref", "#/definitions/" + name);
  }
  json.end_object();
}

std::string meaning_of(std::span<const Key> table, const std::string& key) {
  for (const Key& row : table) {
    if (row.name == key) {
      return row.meaning;
    }
  }
  check(false, "a key of the table");
  return "";
}

}  // namespace hvsim
