// Requests that wait in one place for one line, oldest first.
//
// Whose `arrived` is the same go by their turn. Adding one that is younger than all, and taking
// the oldest, cost the same however many wait.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/hw/request.hpp"

namespace hvsim {

inline bool arrived_before(const Request& a, const Request& b) {
  return a.arrived < b.arrived || (a.arrived == b.arrived && a.turn < b.turn);
}

class WaitingRequests {
 public:
  WaitingRequests() : slots_(16) {}

  bool empty() const { return first_ == end_; }
  std::size_t size() const { return end_ - first_; }
  const Request& oldest() const { return *slots_[first_]; }

  // Behind all that arrived before it.
  void add(Request& request) {
    if (end_ == slots_.size()) [[unlikely]] {
      make_room();
    }
    Request** place = &slots_[end_++];
    for (; place != &slots_[first_] && !arrived_before(*place[-1], request); --place) {
      *place = place[-1];
    }
    *place = &request;
  }
  Request& take_oldest() {
    Request& request = *slots_[first_++];
    if (first_ == end_) {
      first_ = end_ = 0;
    }
    return request;
  }
  // The one with `index` older ones.
  Request& take(std::size_t index) {
    Request** const place = &slots_[first_ + index];
    Request& request = **place;
    std::copy(place + 1, slots_.data() + end_, place);
    if (first_ == --end_) {
      first_ = end_ = 0;
    }
    return request;
  }

 private:
  void make_room();

  std::vector<Request*> slots_;  // those from first_ to end_ are in use
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace hvsim
