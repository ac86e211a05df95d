// Strands that wait, quietly and to act, and wake each other, at random: one history a seed.
#pragma once

#include <cstdint>

#include "sim/time/engine.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {

// What acts, in its order, with its time. `switches` is what the run took of them.
Log history_of_random_strands(const EngineMaker& make_engine, std::uint64_t seed,
                              bool step_every_verb, std::uint64_t& switches);

}  // namespace hvsim
