// The limits of a sweep and of its cells, as options of the command line: one table.
//
// Who reaches one is told which, in which cell, and the option that raises it (exit code 4): the
// question asked for more than was allowed, which says nothing about the algorithm.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "scenarios/run/decode.hpp"
#include "sim/hw/run_limits.hpp"

namespace hvsim {

struct Limits {
  RunLimits cell;
  std::uint64_t cells = default_most_cells;
};

struct LimitOption {
  const char* name;     // "--max-verbs"
  const char* meaning;  // for the help
};

std::span<const LimitOption> limit_options();

// From the options that were given, by name; the others keep their defaults. Errors: `error` is a
// sentence about the first that is wrong, or "".
Limits read_limits(const std::map<std::string, std::string>& given, std::string& error);

// "takes more than 1 ms of simulated time: raise the limit with --max-simulated-time"
std::string text_of(const LimitReached& reached);

}  // namespace hvsim
