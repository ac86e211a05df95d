// What a value of a scenario may be, how it is read from text or JSON, and its canonical text.
//
// The command line and a file go through the same check, so "queues=x" and "queues": "x" are wrong
// in the same words. Nothing here throws: what is wrong comes back as a sentence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run/json_source.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {

struct ValueType {
  enum class Kind : std::uint8_t {
    count,
    duration,
    size,
    rate,
    fraction,
    flag,
    choice,
    machine,  // a machine's name or path; whether there is one is not checked here
  };

  Kind kind = Kind::count;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::vector<std::string> choices = {};

  bool is_measure() const { return kind >= Kind::duration && kind <= Kind::fraction; }
  Dimension dimension() const;  // of a measure
};

// A value's canonical text, or in `error` what is wrong and what was expected.
struct ReadValue {
  std::string text = {};
  std::string error = {};
  bool ok() const { return error.empty(); }
};

ReadValue read_value(const ValueType& type, const std::string& text);  // as after "--set queues="
ReadValue read_value(const ValueType& type, const JsonValue& json);

// What a canonical text stands for: a count, ps, bytes, bytes/s, parts per billion, 1 for true.
std::int64_t number_of(const ValueType& type, const std::string& canonical);
// ... and back: for counts, measures and flags.
std::string text_of(const ValueType& type, std::int64_t number);

// "a whole number from 1 to 64", "true or false", "one of fifo, local_first".
std::string expected(const ValueType& type);

}  // namespace hvsim
