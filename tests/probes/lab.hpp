// Machines to hold against their files: the toy, and what a user's own might be like.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/probes/check.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim::probes {

// Four sockets in a row, a curve with a knee, cores that ask for enough to fill it all, and
// interrupts by xAPIC.
inline MachineSpec chain() {
  MachineSpec spec = toy_machine();
  spec.name = "chain";
  spec.sockets = 4;
  spec.links = {{0, 1}, {1, 2}, {2, 3}};
  spec.line_fill_buffers.value = 16;
  spec.apic = ApicMode::xapic;
  spec.loaded_latency = {{1'000'000'000, nanoseconds(100)},
                         {6'000'000'000, nanoseconds(120)},
                         {9'000'000'000, nanoseconds(150)},
                         {10'000'000'000, nanoseconds(190)}};
  return spec;
}

// A line of text for each probe that measured something else than its formula says.
inline std::vector<std::string> disagreements(const std::vector<Checked>& all) {
  std::vector<std::string> found;
  for (const Checked& checked : all) {
    if (!checked.agrees()) {
      found.push_back(checked.name + ": " + checked.formula.text() + " = " +
                      std::to_string(checked.by_formula.ps) + " ps, measured " +
                      std::to_string(checked.measured.ps) + " ps");
    }
  }
  return found;
}

}  // namespace hvsim::probes
