// The earliest of n instants, one a rank: a winner tree.
//
// An instant and its rank are one number, instant first, so that the order of (time, rank) is the
// order of numbers. Setting an instant costs log2(n) comparisons, finding the earliest none, the
// second earliest log2(n). Simulated time has room for 2^53 ps, two and a half hours.
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

  static Time time_of(Key key) {
    return key == never ? Time::never() : Time{static_cast<std::int64_t>(key / most_ranks)};
  }
  // Of no meaning for never.
  static Rank rank_of(Key key) { return Rank{static_cast<std::uint32_t>(key % most_ranks)}; }

  Time time(Rank rank) const { return time_of(keys_[leaves_ + rank.n]); }
  // The earliest; never if all are.
  Key first() const { return keys_[1]; }

  // The earliest of all ranks but the first's.
  Key second() const {
    if (keys_[1] == never) {
      return never;
    }
    Key second = never;
    for (std::uint32_t node = leaves_ + rank_of(keys_[1]).n; node > 1; node /= 2) {
      const Key beside = keys_[node ^ 1];
      second = beside < second ? beside : second;
    }
    return second;
  }

  void set(Rank rank, Time time) {
    check(time == Time::never() || time.ps < most_ps, "simulated time within its limit");
    Key key = time == Time::never() ? never : static_cast<Key>(time.ps) * most_ranks + rank.n;
    Key* const keys = keys_.data();
    std::uint32_t node = leaves_ + rank.n;
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

 private:
  static constexpr std::uint64_t most_ranks = 1024;
  static constexpr std::int64_t most_ps = std::int64_t{1} << 53;

  std::uint32_t leaves_;
  std::vector<Key> keys_;  // the winner below each node: root at 1, ranks from leaves_ on
};

}  // namespace hvsim
