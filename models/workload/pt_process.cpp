#include "models/workload/pt_process.hpp"

#include <algorithm>

namespace hvsim {

namespace {

constexpr std::uint64_t first_weight = std::uint64_t{1} << 24;

// The largest whole number whose square is not above n.
std::uint64_t square_root(std::uint64_t n) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    const std::uint64_t tried = root | bit;
    if (tried * tried <= n) {
      root = tried;
    }
  }
  return root;
}

// `first_weight` / i^(halves / 2), in whole numbers.
std::uint64_t weight(std::uint64_t i, unsigned halves) {
  std::uint64_t power = 1;
  for (unsigned h = 0; h < halves; ++h) {
    power *= i;
  }
  return first_weight * 1024 / square_root(power << 20);
}

}  // namespace

ProcessPicker::ProcessPicker(NextProcess how, unsigned count, unsigned halves)
    : how_(how), count_(count) {
  std::uint64_t sum = 0;
  for (unsigned i = 1; i <= count; ++i) {
    sum += weight(i, halves);
    up_to_.push_back(static_cast<std::uint32_t>(sum));
  }
}

unsigned ProcessPicker::next(unsigned current, Random& random) const {
  if (how_ == NextProcess::in_turn) {
    return (current + 1) % count_;
  }
  const std::uint32_t drawn = random.below(up_to_.back());
  return static_cast<unsigned>(std::upper_bound(up_to_.begin(), up_to_.end(), drawn) -
                               up_to_.begin());
}

}  // namespace hvsim
