// The parameters of a workload kind: declared once, read by the scenario reader, the JSON Schema,
// the reference page and `hvsim explain`; handed to the workload as checked values.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace hvsim {

struct Parameter {
  enum class Type {
    count,     // a bare whole number
    duration,  // "100 us"; value in picoseconds
    size,      // "64 KiB"; value in bytes
    fraction,  // "0.1 %", "20 permille" or 1e-6; value in parts per billion
    flag,      // true or false; value 1 or 0
    choice,    // one of `choices`, by name
  };

  std::string name;
  Type type = Type::count;
  std::int64_t fallback = 0;  // used when the scenario is silent
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string fallback_choice = {};  // for a choice
  std::vector<std::string> choices = {};
  std::string doc = {};
};

inline constexpr std::int64_t parts_per_billion = 1'000'000'000;

// A parameter's value that does not fit the machine or another parameter (exit code 4).
class BadParameter : public std::runtime_error {
 public:
  BadParameter(std::string parameter, const std::string& what)
      : std::runtime_error(what), parameter_(std::move(parameter)) {}
  const std::string& parameter() const { return parameter_; }

 private:
  std::string parameter_;
};

// The resolved values of one cell. Asking for a name that was not declared is an InternalError.
class Values {
 public:
  void set(const std::string& name, std::int64_t value) { numbers_[name] = value; }
  void set(const std::string& name, const std::string& choice) { choices_[name] = choice; }

  std::int64_t number(const std::string& name) const;
  unsigned count(const std::string& name) const { return static_cast<unsigned>(number(name)); }
  Duration duration(const std::string& name) const { return {number(name)}; }
  bool flag(const std::string& name) const { return number(name) != 0; }
  const std::string& choice(const std::string& name) const;

 private:
  std::map<std::string, std::int64_t> numbers_;
  std::map<std::string, std::string> choices_;
};

}  // namespace hvsim
