// Random programs: a few pCPUs do everything a Cpu can do to a few lines, and meet at barriers.
//
// Which machine, how many pCPUs and what each does follow from the seed. A program always ends: it
// waits only for what every pCPU is certain to do before it waits itself.
#pragma once

#include <cstdint>
#include <string>

#include "sim/hw/machine.hpp"

namespace hvsim {

// The machine of a seed: its shape, its hand-over policy, and prices that are not round.
MachineSpec random_machine(std::uint64_t seed);

// Runs the program of a seed and writes down all that a run leaves behind, a line of text each:
// digest, end, every pCPU's clock and causes, traffic, lines, and the order of ghost points.
std::string play_random_program(std::uint64_t seed, bool step_every_verb, bool poll_while_spinning,
                                const EngineMaker& make_engine = make_fiber_engine);

}  // namespace hvsim
