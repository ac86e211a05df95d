#include "sim/hw/waiting_requests.hpp"

#include <algorithm>

namespace hvsim {

// Twice as many places, the oldest in the first.
void WaitingRequests::make_room() {
  std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(first_), ring_.end());
  ring_.resize(ring_.size() * 2);
  first_ = 0;
}

}  // namespace hvsim
