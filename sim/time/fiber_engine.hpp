// The product engine: strands are Boost.Context fibers that switch directly to one another.
#pragma once

#include <memory>

#include "sim/time/engine.hpp"

namespace hvsim {

std::unique_ptr<Engine> make_fiber_engine(unsigned strands, const EngineOptions& options);

}  // namespace hvsim
