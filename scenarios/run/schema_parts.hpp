// The pieces that the schemas of scenarios and machines share. Each writes one member, or the
// members of an object that was begun.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/node.hpp"
#include "scenarios/run/value_type.hpp"

namespace hvsim {

// The head of a schema file: "$schema" and title.
void write_schema_head(JsonWriter& json, const std::string& title);
void write_strings(JsonWriter& json, const char* key, const std::vector<std::string>& items);
// The regular expression of a measure: "^[0-9]+... *(ps|ns|us|ms|s)$".
std::string measure_pattern(Dimension dimension, bool with_cycles);
// "key": a string that is not blank.
void write_text_schema(JsonWriter& json, const std::string& key, const std::string& meaning);
// Members: what a value of that type is. `with_cycles`: a duration may be in cycles.
void write_type_schema(JsonWriter& json, const ValueType& type, bool with_cycles = false);
// Members: an object with the keys of the table and no others; "required" is from the table too.
void write_closed_object(JsonWriter& json, std::span<const Key> table);
// "key": {"$ref": "#/definitions/NAME"}, with a description if there is one.
void write_reference(JsonWriter& json, const std::string& key, const std::string& name,
                     const std::string& meaning = "");
// The meaning of a key in its table.
std::string meaning_of(std::span<const Key> table, const std::string& key);

std::string scenario_schema();
std::string machine_schema();

}  // namespace hvsim
