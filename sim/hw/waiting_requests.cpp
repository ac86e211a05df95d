#include "sim/hw/waiting_requests.hpp"

namespace hvsim {

// Moves all to the front, in twice as many slots if more than half are in use.
void WaitingRequests::make_room() {
  if (first_ * 2 < slots_.size()) {
    slots_.resize(slots_.size() * 2);
  }
  std::copy(slots_.data() + first_, slots_.data() + end_, slots_.data());
  end_ -= first_;
  first_ = 0;
}

}  // namespace hvsim
