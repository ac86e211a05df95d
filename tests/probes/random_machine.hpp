// A machine drawn at random: any that a machine file may describe, kept small.
#pragma once

#include "sim/base/random.hpp"
#include "sim/hw/machine_spec.hpp"

namespace hvsim::probes {

// The prices keep the order that the reader asks for (scenarios/run/contradictions.hpp), and
// nothing else.
MachineSpec random_machine(Random random);

}  // namespace hvsim::probes
