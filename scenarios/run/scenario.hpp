// A scenario as data: what was asked, checked and resolved, with every place it was written.
//
// read_scenario() (decode.hpp) fills it from JSON; sweep.hpp runs it; claim.hpp judges it.
// Everything here is plain data. A value of a parameter is kept as its canonical text: `16`,
// `true`, `percpu_rwlock`, `64 KiB`, `100 us`, so that equal means equal bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/workload/workload.hpp"
#include "sim/hw/machine_spec.hpp"

namespace hvsim {

struct Location {
  std::string file;   // as the user named it; "--set" and the like for the command line
  unsigned line = 0;  // 1-based; 0: no place in a file
  unsigned column = 0;
  std::string pointer;  // JSON pointer: "/axes/queues/2"
};

// One thing wrong with the user's input. All of a file's are reported at once.
struct Problem {
  Location at;
  std::string what;          // what is wrong, and what was expected
  std::string text() const;  // "file:line:column: what (pointer)"
};

// An axis of a sweep. `path` is a parameter's full path: "machine", "hand_over", "prices.l3_hit",
// "limits.link_bandwidth" or "workload.queues"; `name` is its last part where that is unique.
struct Axis {
  std::string name;
  std::string path;
  std::vector<std::string> values;  // canonical texts, at least one, no two equal
  Location at;
};

// Axis name -> canonical text of a value.
using Point = std::map<std::string, std::string>;

struct Claim {
  std::string says;
  std::string source;
  std::string metric;
  Point at;                   // which rows
  Point of;                   // ... and of these, the numerator
  std::optional<Point> over;  // ... and the denominator; none: the claim is on the metric itself
  std::optional<std::int64_t> at_least_thousandths;
  std::optional<std::int64_t> at_most_thousandths;
  Location where;
};

struct Scenario {
  std::string name;
  std::string why;
  std::string machine;                          // unless an axis sets it
  std::map<std::string, MachineSpec> machines;  // every machine that is named, as read
  const WorkloadKind* workload = nullptr;
  std::map<std::string, std::string> settings;  // path -> canonical text, without the axes
  std::map<std::string, Location> set_at;       // path -> where it was set
  std::vector<Axis> axes;                       // in the order written: the last varies fastest
  bool axes_read = true;                        // else what is wrong with them has been said
  std::vector<std::uint64_t> seeds;
  std::vector<Claim> claims;
  Location where;
};

// One cell of the sweep: a machine, a workload's values, a seed: all that a run depends on.
struct Cell {
  Point at;  // this cell's place on the axes
  std::uint64_t seed = 1;
  MachineSpec machine;
  const WorkloadKind* workload = nullptr;
  Values values;
};

}  // namespace hvsim
