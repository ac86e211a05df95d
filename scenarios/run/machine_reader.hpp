// From a machine file's text to a MachineSpec.
//
// Every number has a source, every price and limit a band, and low <= value <= high; prices in
// cycles become time by the machine's clock, rounded to the nearest picosecond.
#pragma once

#include <string>

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

// `file` is what problems call it, `name` what the machine is called. Errors: BadInput with all
// problems of the file.
MachineSpec read_machine_text(const std::string& text, const std::string& file,
                              const std::string& name);

// The ranges of a machine file's shape: used by reader and schema alike. As many sockets and cores
// as a line's directory entry has bits for.
struct ShapeLimits {
  static constexpr unsigned most_sockets = 8;
  static constexpr unsigned most_cores_per_socket = 64;
  static constexpr unsigned most_threads_per_core = 8;
  static constexpr unsigned most_ways = 64;
  static constexpr std::int64_t least_clock_khz = 100'000;
  static constexpr std::int64_t most_clock_khz = 10'000'000;
};

}  // namespace hvsim
