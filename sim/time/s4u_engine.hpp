// The reference engine: strands are S4U actors, and SimGrid's clock says which of them runs next.
//
// What it is: the contract of engine.hpp kept a second time, on a scheduler that others wrote, to
// see that the histories agree. Nobody runs ahead: quiet_limit() stays 0, and to run quietly from
// t on is to act at t. Slower than the fibers, and simpler.
//
// A simulated second of SimGrid is a sub-tick, which belongs to one rank: picoseconds x strands +
// rank. SimGrid's clock is a double, exact for whole numbers below 2^53; SimGrid tells instants
// apart that are a nanosecond of its own time apart, so sub-ticks never run together.
//
// What you must promise: one thread for all the engines of a process, and one engine at a time.
// SimGrid allows one instance of itself a process, and its clock never goes back, so each engine
// starts where the one before ended and all share the 2^53 sub-ticks: for 36 strands, 250
// simulated seconds.
// Errors: those of engine.hpp; ClockEnds for a wait past the last sub-tick.
#pragma once

#include <memory>

#include "sim/time/clock_ends.hpp"
#include "sim/time/engine.hpp"

namespace hvsim {

// Of `options`, lookahead and step_every_verb are without effect.
std::unique_ptr<Engine> make_s4u_engine(unsigned strands, const EngineOptions& options);

}  // namespace hvsim
