// A litmus test on a simulated machine of its own, small enough to be made anew for each run.
#pragma once

#include <string>

#include "scenarios/run/litmus_program.hpp"
#include "scenarios/run/litmus_search.hpp"
#include "scenarios/run/litmus_turns.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {

class LitmusRun {
 public:
  LitmusRun(const LitmusTest& test, const LitmusMachineOptions& options);

  // Once. Throws what `choose` throws.
  LitmusOutcome finish(LitmusTurns::Choose choose);

  // While a choice is made: all that can bear on what comes. Equal if and only if the states are.
  std::string state() const;
  // Whether a locked operation that is not atomic (a wrong model) has read and not yet written:
  // what it has read is in no state.
  bool between_halves() const;

 private:
  PcpuId pcpu_of(unsigned thread) const;

  const LitmusTest& test_;
  LitmusTurns turns_;
  LitmusTurns::Choose choose_;
  Machine machine_;
  LitmusProgram program_;
};

}  // namespace hvsim
