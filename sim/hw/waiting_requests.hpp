// Requests that wait in one place for one line, oldest first.
//
// Whose `arrived` is the same go by their turn. Adding one that is younger than all, and taking
// the oldest, cost the same however many wait.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/hw/request.hpp"

namespace hvsim {

inline bool arrived_before(const Request& a, const Request& b) {
  return a.arrived < b.arrived || (a.arrived == b.arrived && a.turn < b.turn);
}

class WaitingRequests {
 public:
  WaitingRequests() : ring_(16) {}

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const Request& oldest() const { return *ring_[first_]; }

  // Behind all that arrived before it.
  void add(Request& request) {
    if (size_ == ring_.size()) [[unlikely]] {
      make_room();
    }
    std::size_t index = size_++;
    for (; index > 0 && !arrived_before(*at(index - 1), request); --index) {
      at(index) = at(index - 1);
    }
    at(index) = &request;
  }
  Request& take_oldest() {
    Request& request = *ring_[first_];
    first_ = (first_ + 1) & (ring_.size() - 1);
    --size_;
    return request;
  }
  // The one with `index` older ones, which move up.
  Request& take(std::size_t index) {
    Request& request = *at(index);
    for (; index > 0; --index) {
      at(index) = at(index - 1);
    }
    take_oldest();
    return request;
  }

 private:
  Request*& at(std::size_t index) { return ring_[(first_ + index) & (ring_.size() - 1)]; }
  void make_room();

  std::vector<Request*> ring_;  // a power of two of places
  std::size_t first_ = 0;       // where the oldest is; the others follow, round and round
  std::size_t size_ = 0;
};

}  // namespace hvsim
