// The earliest of n instants, one a rank: a winner tree.
//
// An instant and its rank are one number, instant first, so that the order of (time, rank) is the
// order of numbers. Setting an instant and taking the earliest out cost log2(n) comparisons at
// most; one that is set before all others waits in front of the tree and costs none. Simulated
// time has room for 2^53 ps, two and a half hours.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

class Tournament {
 public:
  // An instant and a rank; smaller is earlier.
  using Key = std::uint64_t;
  static constexpr Key never = ~Key{0};

  explicit Tournament(unsigned ranks)
      : leaves_(std::bit_ceil(ranks < 2 ? 2u : ranks)), keys_(std::size_t{leaves_} * 2, never) {
    check(ranks <= most_ranks, "no more ranks than a key holds");
  }

  // Of never: later than any instant.
  static Time time_of(Key key) { return Time{static_cast<std::int64_t>(key / most_ranks)}; }
  // Of no meaning for never.
  static Rank rank_of(Key key) { return Rank{static_cast<std::uint32_t>(key % most_ranks)}; }

  Key key(Rank rank) const { return in_front(rank) ? front_ : keys_[leaves_ + rank.n]; }
  // The earliest; never if all are.
  Key first() const { return front_ < keys_[1] ? front_ : keys_[1]; }

  // Sets the first's instant to never. There is a first.
  void take_first() {
    if (front_ < keys_[1]) {
      front_ = never;
    } else {
      replace(rank_of(keys_[1]), never);
    }
  }

  void set(Rank rank, Time time) {
    check(time == Time::never() || time.ps < most_ps, "simulated time within its limit");
    if (in_front(rank)) {
      front_ = never;
    }
    const Key key =
        time == Time::never() ? never : static_cast<Key>(time.ps) * most_ranks + rank.n;
    if (key >= first() || keys_[leaves_ + rank.n] != never) {
      replace(rank, key);
      return;
    }
    if (front_ != never) {
      replace(rank_of(front_), front_);
    }
    front_ = key;
  }

 private:
  static constexpr std::uint64_t most_ranks = 1024;
  static constexpr std::int64_t most_ps = std::int64_t{1} << 53;

  bool in_front(Rank rank) const { return front_ != never && rank_of(front_) == rank; }

  void replace(Rank rank, Key key) {
    Key* const keys = keys_.data();
    std::size_t node = leaves_ + rank.n;
    keys[node] = key;
    while (node > 1) {
      const Key beside = keys[node ^ 1];
      key = beside < key ? beside : key;
      node /= 2;
      if (keys[node] == key) {
        return;  // nothing changes from here up
      }
      keys[node] = key;
    }
  }

  std::size_t leaves_;
  std::vector<Key> keys_;  // the winner below each node: root at 1, ranks from leaves_ on
  Key front_ = never;      // one that was the earliest when it was set, kept out of the tree
};

}  // namespace hvsim
