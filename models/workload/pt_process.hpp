// The processes of a 64-bit PV guest, as far as top-level page tables go.
//
// What it is: two L4s a process, one for the kernel and one for user programs; what the guest has
// put into them last; and which process is next. What you must promise: a private process is used
// by one vCPU alone. A shared one may be used by several; what it holds at the end is then that of
// one of the last changes, and is not told here.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/hypervisor/shadow/l4_frames.hpp"
#include "sim/base/random.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

struct Process {
  static constexpr unsigned slots = 8;                                  // that are in use
  static unsigned slot(unsigned n) { return n < 4 ? n : 508 + n - 4; }  // both ends of the table

  Address kernel = 0;
  Address user = 0;
  bool shared = false;
  std::array<std::uint64_t, slots> in_kernel{};  // of a private one
  std::array<std::uint64_t, slots> in_user{};
};

enum class NextProcess : std::uint8_t { in_turn, at_random };

// Picks numbers below `count`: in turn, or number i with a weight of (i + 1)^(-halves / 2).
class ProcessPicker {
 public:
  ProcessPicker(NextProcess how, unsigned count, unsigned halves);

  unsigned next(unsigned current, Random& random) const;

 private:
  NextProcess how_;
  unsigned count_;
  std::vector<std::uint32_t> up_to_;  // sums of the weights
};

}  // namespace hvsim
