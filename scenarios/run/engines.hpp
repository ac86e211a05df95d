// The engines by name: "fibers" and "simgrid".
//
// SimGrid's lives in a library of its own, beside the program or in ../lib, which is loaded when
// it is asked for: the program runs without it and without SimGrid.
// Errors: BadArgument (commands.hpp) for any other name, and if something is missing: what to
// install.
#pragma once

#include <string>

#include "sim/time/engine.hpp"

namespace hvsim {

struct NamedEngine {
  EngineMaker make;
  bool one_at_a_time = false;  // and all on one thread
};

NamedEngine engine_named(const std::string& name);

}  // namespace hvsim
