// One reader for every kind of value.
#include "scenarios/run/value_type.hpp"

#include <algorithm>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

ReadValue wrong(std::string error) {
  return {"", std::move(error)};
}

std::string range(const ValueType& type) {
  return "from " + text_of(type, type.least) + " to " + text_of(type, type.most);
}

ReadValue ranged(const ValueType& type, const Measure& measure, const std::string& written) {
  if (!measure.ok()) {
    return wrong(measure.error);
  }
  if (measure.value < type.least || measure.value > type.most) {
    return wrong("must be " + range(type) + ", found " + written);
  }
  return {text_of(type, measure.value), ""};
}

ReadValue read_choice(const ValueType& type, const std::string& text) {
  if (std::find(type.choices.begin(), type.choices.end(), text) != type.choices.end()) {
    return {text, ""};
  }
  return wrong("expected " + expected(type) + ", found " + in_quotes(text) +
               did_you_mean(text, type.choices));
}

// Whether a JSON value of this kind can hold a value of this type at all.
bool kind_fits(const ValueType& type, JsonValue::Kind kind) {
  switch (type.kind) {
    case ValueType::Kind::count:
      return kind == JsonValue::Kind::number;
    case ValueType::Kind::flag:
      return kind == JsonValue::Kind::flag;
    case ValueType::Kind::fraction:
      return kind == JsonValue::Kind::number || kind == JsonValue::Kind::string;
    default:
      return kind == JsonValue::Kind::string;
  }
}

bool is_bare_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string::npos;
}

}  // namespace

Dimension ValueType::dimension() const {
  switch (kind) {
    case Kind::duration:
      return Dimension::duration;
    case Kind::size:
      return Dimension::size;
    case Kind::rate:
      return Dimension::rate;
    default:
      check(kind == Kind::fraction, "a value that is measured");
      return Dimension::fraction;
  }
}

ReadValue read_value(const ValueType& type, const std::string& text) {
  switch (type.kind) {
    case ValueType::Kind::count:
      return ranged(type, parse_whole(text), text);
    case ValueType::Kind::flag:
      return text == "true" || text == "false"
                 ? ReadValue{text, ""}
                 : wrong("expected true or false, found " + in_quotes(text));
    case ValueType::Kind::choice:
      return read_choice(type, text);
    case ValueType::Kind::machine:
      return text.empty() ? wrong("expected the name or path of a machine") : ReadValue{text, ""};
    default:
      return ranged(type, parse_measure(type.dimension(), text), in_quotes(text));
  }
}

ReadValue read_value(const ValueType& type, const JsonValue& json) {
  const bool number_where_unit_is_wanted =
      json.kind == JsonValue::Kind::number && type.is_measure() && !kind_fits(type, json.kind);
  const bool fraction_in_quotes = type.kind == ValueType::Kind::fraction &&
                                  json.kind == JsonValue::Kind::string &&
                                  is_bare_number(json.text);
  if (fraction_in_quotes) {
    return wrong(in_quotes(json.text) + " has no unit: expected permille or %, or no quotes");
  }
  if (number_where_unit_is_wanted) {
    return wrong(json.text + " has no unit: expected " + example_of(type.dimension()));
  }
  if (!kind_fits(type, json.kind)) {
    return wrong(
        "expected " + expected(type) + ", found " +
        (json.kind == JsonValue::Kind::string ? in_quotes(json.text) : kind_name(json.kind)));
  }
  return read_value(type, json.text);
}

std::int64_t number_of(const ValueType& type, const std::string& canonical) {
  if (type.kind == ValueType::Kind::flag) {
    return canonical == "true" ? 1 : 0;
  }
  const Measure measure = type.kind == ValueType::Kind::count
                              ? parse_whole(canonical)
                              : parse_measure(type.dimension(), canonical);
  check(measure.ok(), "a canonical text");
  return measure.value;
}

std::string text_of(const ValueType& type, std::int64_t number) {
  if (type.kind == ValueType::Kind::flag) {
    return number == 0 ? "false" : "true";
  }
  return type.kind == ValueType::Kind::count ? std::to_string(number)
                                             : canonical_text(type.dimension(), number);
}

std::string expected(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::count:
      return "a whole number " + range(type);
    case ValueType::Kind::flag:
      return "true or false";
    case ValueType::Kind::choice:
      return "one of " + listed(type.choices);
    case ValueType::Kind::machine:
      return "the name or path of a machine";
    default:
      return example_of(type.dimension()) + ", " + range(type);
  }
}

}  // namespace hvsim
