// What comes of a litmus test at the speed of a machine: no choices, only when each thread starts.
//
// Each run places the threads in the next of the ways that the machine has - siblings on a core,
// cores of one socket, both sockets - lets each thread load some of the locations first, so that
// the lines lie here and there, and starts it after a delay of its own. Which and how long is
// drawn from the seed. The machine is cut down to the cores that the threads need.
#pragma once

#include <cstdint>

#include "scenarios/run/litmus_search.hpp"
#include "sim/hw/machine_spec.hpp"

namespace hvsim {

LitmusSeen time_litmus(const LitmusTest& test, const MachineSpec& machine, LitmusModel model,
                       std::uint64_t runs, std::uint64_t seed);

}  // namespace hvsim
