// The product engine: strands are Boost.Context fibers that switch directly to one another.
#pragma once

#include <memory>

#include "sim/time/engine.hpp"

namespace hvsim {

struct FiberEngineOptions {
  // How long after running quietly a strand may act at the earliest. 0: none runs ahead.
  Duration lookahead{};
  // No strand goes on without a look at all others first: for tests, same history.
  bool step_every_verb = false;
  // Simulated time without progress() after which run() throws Stuck.
  Duration no_progress_after = milliseconds(100);
};

std::unique_ptr<Engine> make_fiber_engine(unsigned strands, const FiberEngineOptions& options);

}  // namespace hvsim
