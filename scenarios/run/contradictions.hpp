// What must hold between the numbers of one machine, whoever set them.
//
// The nearer must not cost more than the farther: the model subtracts one from the other.
#pragma once

#include <string>
#include <vector>

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

struct Contradiction {
  std::string price;  // the name of the one that is too high
  std::string other;
  std::string what;  // "l3_request (12 ns) must not be above l3_hit (10 ns)"
};

std::vector<Contradiction> contradictions(const MachineSpec& spec);

}  // namespace hvsim
