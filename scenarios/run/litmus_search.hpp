// What can come of a litmus test on the simulated machine, by choosing what happens next: every
// order, or a random one.
//
// Both run the test's threads on a small machine of their own, under a LitmusTurns. The search is
// by re-execution: a run follows the choices that lead to where something is left to try, goes on
// until it ends or comes to a state that an earlier run has been in, and starts again. A state is
// all that can bear on what comes: how far each thread is, its registers, its store buffer, and
// the memory. So the search ends, and has seen every final state.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>

#include "scenarios/run/litmus_test.hpp"
#include "sim/hw/order_fault.hpp"

namespace hvsim {

enum class LitmusModel : std::uint8_t { tso, sc };

// Each final state that was seen, and how often.
using LitmusOutcomes = std::map<LitmusOutcome, std::uint64_t>;

struct LitmusSeen {
  LitmusOutcomes outcomes;
  std::uint64_t runs = 0;
  std::uint64_t states = 0;  // of a search
};

struct LitmusMachineOptions {
  LitmusModel model = LitmusModel::tso;  // sc: stores do not wait
  bool siblings = false;                 // two threads of the test a core, not one
  OrderFault fault = OrderFault::none;   // for tests; with tso
};

// More states than a search is worth. what() names the test and says what to do.
class TooManyStates : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Every final state. Errors: TooManyStates.
LitmusSeen search_litmus(const LitmusTest& test, const LitmusMachineOptions& options = {});

// `runs` runs in which each choice is drawn, all as likely.
LitmusSeen walk_litmus(const LitmusTest& test, const LitmusMachineOptions& options,
                       std::uint64_t runs, std::uint64_t seed);

}  // namespace hvsim
