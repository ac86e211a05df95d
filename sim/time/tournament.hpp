// The earliest of n instants, one a rank: a winner tree.
//
// Setting one instant costs log2(n) comparisons, finding the earliest none. Equal instants go to the
// smaller rank: the order of the leaves.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

class Tournament {
 public:
  explicit Tournament(unsigned ranks)
      : leaves_(std::bit_ceil(ranks < 2 ? 2u : ranks)), nodes_(std::size_t{leaves_} * 2) {
    for (std::uint32_t rank = 0; rank < leaves_; ++rank) {
      nodes_[leaves_ + rank] = {Time::never(), rank};
    }
    for (std::uint32_t node = leaves_ - 1; node > 0; --node) {
      nodes_[node] = nodes_[node * 2];
    }
  }

  Time time(Rank rank) const { return nodes_[leaves_ + rank.n].time; }
  Rank first() const { return Rank{nodes_[1].rank}; }
  Time first_time() const { return nodes_[1].time; }

  void set(Rank rank, Time time) {
    std::uint32_t node = leaves_ + rank.n;
    nodes_[node].time = time;
    for (node /= 2; node > 0; node /= 2) {
      const Node& left = nodes_[node * 2];
      const Node& right = nodes_[node * 2 + 1];
      const Node winner = right.time < left.time ? right : left;
      if (winner == nodes_[node]) {
        return;  // nothing changes from here up
      }
      nodes_[node] = winner;
    }
  }

 private:
  struct Node {
    Time time;
    std::uint32_t rank;
    bool operator==(const Node&) const = default;
  };

  std::uint32_t leaves_;
  std::vector<Node> nodes_;  // the winner below each node; the root at 1, the ranks from leaves_ on
};

}  // namespace hvsim
