// How much a run may take before it is ended: a guard against a question that asks for more than
// was meant, never a finding about an algorithm.
//
// What it guarantees: whether a run stays within its limits depends on the run alone, not on when
// somebody looked. A run beyond a limit of time or verbs may go on a little before it ends.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "sim/base/time.hpp"

namespace hvsim {

enum class RunLimit : std::uint8_t { simulated_time, verbs, memory, strands };

struct RunLimits {
  Duration simulated_time = milliseconds(100'000);  // until the last worker has returned
  std::uint64_t verbs = 1'000'000'000'000;          // executed by the simulator, over all pCPUs
  std::uint64_t memory = std::uint64_t{8} << 30;    // simulated, in bytes; and of cache tables
  std::uint64_t strands = 512;                      // workers
};

// Thrown where the limit is passed; ends the run.
class LimitReached : public std::runtime_error {
 public:
  LimitReached(RunLimit which, std::uint64_t most)
      : std::runtime_error("a limit of the run is reached"), which_(which), most_(most) {}
  RunLimit which() const { return which_; }
  // The limit: ps, verbs, bytes or strands.
  std::uint64_t most() const { return most_; }

 private:
  RunLimit which_;
  std::uint64_t most_;
};

}  // namespace hvsim
