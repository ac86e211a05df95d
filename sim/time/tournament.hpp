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
  explicit Tournament(unsigned ranks)
      : leaves_(std::bit_ceil(ranks < 2 ? 2u : ranks)), keys_(std::size_t{leaves_} * 2, never) {
    check(ranks <= most_ranks, "no more ranks than a key holds");
  }

  Time time(Rank rank) const { return time_of(keys_[leaves_ + rank.n]); }
  // Whose instant is the earliest; of no meaning while all are never.
  Rank first() const { return Rank{static_cast<std::uint32_t>(keys_[1] % most_ranks)}; }
  Time first_time() const { return time_of(keys_[1]); }

  // The earliest instant of all ranks but first().
  Time second_time() const {
    if (keys_[1] == never) {
      return Time::never();
    }
    std::uint64_t second = never;
    for (std::uint32_t node = leaves_ + first().n; node > 1; node /= 2) {
      const std::uint64_t beside = keys_[node ^ 1];
      second = beside < second ? beside : second;
    }
    return time_of(second);
  }

  void set(Rank rank, Time time) {
    check(time == Time::never() || time.ps < most_ps, "simulated time within its limit");
    std::uint32_t node = leaves_ + rank.n;
    keys_[node] =
        time == Time::never() ? never : static_cast<std::uint64_t>(time.ps) * most_ranks + rank.n;
    while (node > 1) {
      const std::uint64_t a = keys_[node];
      const std::uint64_t b = keys_[node ^ 1];
      const std::uint64_t winner = a < b ? a : b;
      node /= 2;
      if (keys_[node] == winner) {
        return;  // nothing changes from here up
      }
      keys_[node] = winner;
    }
  }

 private:
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  static constexpr std::uint64_t most_ranks = 1024;
  static constexpr std::int64_t most_ps = std::int64_t{1} << 53;

  static Time time_of(std::uint64_t key) {
    return key == never ? Time::never() : Time{static_cast<std::int64_t>(key / most_ranks)};
  }

  std::uint32_t leaves_;
  std::vector<std::uint64_t>
      keys_;  // the winner below each node: root at 1, ranks from leaves_ on
};

}  // namespace hvsim
