// What comes of a litmus test on the processor that runs hvsim: a real thread each.
#pragma once

#include <cstdint>

#include "scenarios/run/litmus_search.hpp"

namespace hvsim {

// Not the same twice: neither the order nor the number of times.
LitmusSeen host_litmus(const LitmusTest& test, std::uint64_t runs, std::uint64_t seed);

}  // namespace hvsim
