// Requests that wait in one place for one line, oldest first.
//
// Whose `arrived` is the same go by their turn. Adding one that is younger than all, and taking
// the oldest, cost the same however many wait.
#pragma once

#include <cstddef>
#include <tuple>
#include <vector>

#include "sim/hw/request.hpp"

namespace hvsim {

inline bool arrived_before(const Request& a, const Request& b) {
  return std::tie(a.arrived, a.turn) < std::tie(b.arrived, b.turn);
}

class WaitingRequests {
 public:
  WaitingRequests() { requests_.reserve(16); }

  bool empty() const { return first_ == requests_.size(); }
  std::size_t size() const { return requests_.size() - first_; }
  const Request& oldest() const { return *requests_[first_]; }

  // Behind all that arrived before it.
  void add(Request& request) {
    requests_.push_back(&request);
    for (std::size_t i = requests_.size() - 1; i > first_; --i) {
      if (arrived_before(*requests_[i - 1], request)) {
        return;
      }
      requests_[i] = requests_[i - 1];
      requests_[i - 1] = &request;
    }
  }
  Request& take_oldest() {
    Request& request = *requests_[first_++];
    if (first_ == requests_.size()) {
      requests_.clear();
      first_ = 0;
    } else if (first_ >= 32 && first_ * 2 >= requests_.size()) {
      requests_.erase(requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    return request;
  }
  // The one with `index` older ones.
  Request& take(std::size_t index) {
    if (index == 0) {
      return take_oldest();
    }
    const auto place = requests_.begin() + static_cast<std::ptrdiff_t>(first_ + index);
    Request& request = **place;
    requests_.erase(place);
    return request;
  }

 private:
  std::vector<Request*> requests_;  // from first_ on
  std::size_t first_ = 0;
};

}  // namespace hvsim
