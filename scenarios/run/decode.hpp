// From a scenario's text and the command line to a checked Scenario, and from there to cells.
//
// What it guarantees: a Scenario that is returned has no mistake that can be known without running
// it: every name exists, every value has its unit and is in range, every machine was read, every
// claim can match rows of the file as written. Errors: BadInput (problem.hpp) with all problems,
// never a part of a scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/scenario.hpp"

namespace hvsim {

inline constexpr std::uint64_t default_most_cells = 100'000;

// What the command line changes. The first of a pair is a path ("workload.queues", "machine",
// "prices.l3_hit", "hand_over", "seeds") or its last part where that is unique ("queues"); the
// second is the text after the "=". A --sweep takes values between commas.
struct Overrides {
  std::vector<std::pair<std::string, std::string>> set;    // fixes a value, drops the axis
  std::vector<std::pair<std::string, std::string>> sweep;  // replaces the axis or adds one
  std::optional<std::uint64_t> seed = {};                  // the only seed
  std::uint64_t most_cells = default_most_cells;           // a scenario with more is an error
};

Scenario read_scenario_file(const std::string& path, const Overrides& overrides = {});

// The same for text that is at hand; `file` is what problems call it and what a machine's file is
// looked for beside.
Scenario read_scenario_text(const std::string& text, const std::string& file,
                            const Overrides& overrides = {});

// Everything one run depends on. `at` gives each axis of the scenario one of its values. Reads no
// file and changes nothing, so any thread may call it.
Cell make_cell(const Scenario& scenario, const Point& at, std::uint64_t seed);

// The machine of a cell alone: with the prices, limits and hand-over that the scenario sets.
MachineSpec machine_at(const Scenario& scenario, const Point& at);

}  // namespace hvsim
