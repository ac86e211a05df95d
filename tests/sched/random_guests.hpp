// Random guests: vCPUs of two domains do everything a guest can do, under a scheduler drawn at
// random on a machine drawn at random.
//
// A run always ends: a vCPU sleeps for a bounded time only.
#pragma once

#include <cstdint>
#include <string>

#include "sim/hw/machine.hpp"

namespace hvsim {

// Runs the guests of a seed and writes down what a run leaves behind, a line of text each: digest,
// every pCPU's clock and causes, and what became of every vCPU.
std::string play_random_guests(std::uint64_t seed, bool step_every_verb, bool poll_while_spinning,
                               const EngineMaker& make_engine = make_fiber_engine);

}  // namespace hvsim
