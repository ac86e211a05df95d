// Who waits for whom, when nothing goes on any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hvsim {

// One party that waits: who it is, what it says it waits for, and whom, if known.
struct Waiter {
  std::string who;
  std::string what;
  std::optional<std::uint32_t> holder;  // index of another waiter
};

// The indices of the waiters that wait for each other in a circle, in the order of the circle from
// its smallest index; empty if there is none. The first circle found from the smallest index.
std::vector<std::uint32_t> wait_cycle(const std::vector<Waiter>& waiters);

// A line a waiter, and a last line that spells out the circle if there is one.
std::vector<std::string> describe_wait(const std::vector<Waiter>& waiters);

}  // namespace hvsim
