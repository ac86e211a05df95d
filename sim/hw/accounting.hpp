// Where a pCPU's time went: every picosecond has exactly one cause.
#pragma once

#include <array>
#include <cstdint>

#include "sim/base/time.hpp"

namespace hvsim {

enum class Cause : std::uint8_t {
  compute,
  l1,
  l2,
  l3,
  transfer_same,   // a line from another core of the socket
  transfer_cross,  // a line, or an invalidation, between sockets
  memory,
  line_queue,  // waiting for a line that others are moving
  link_queue,  // waiting for a socket link or a memory channel
  drain,       // fences, locked instructions, a full store buffer
  spin,
  ipi,
  interrupt,
  hypercall,
  idle,
};
inline constexpr unsigned causes = 15;

// "compute", "l1", ...: as in metrics and reports.
const char* cause_name(Cause cause);

class Accounting {
 public:
  void spend(Cause cause, Duration length) { spent_[static_cast<unsigned>(cause)] += length; }
  Duration spent(Cause cause) const { return spent_[static_cast<unsigned>(cause)]; }
  Duration total() const {
    Duration sum{};
    for (const Duration d : spent_) {
      sum += d;
    }
    return sum;
  }

 private:
  std::array<Duration, causes> spent_{};
};

}  // namespace hvsim
