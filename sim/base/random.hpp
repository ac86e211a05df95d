// Random numbers that are the same everywhere: Philox4x32-10 (Salmon et al., SC 2011).
//
// Counter-based: a generator is a key (seed, stream) and a draw number, so each user has a stream
// of its own and a new user does not shift the draws of the others. Integers only. std::
// distributions and std::shuffle differ between libraries and are not used anywhere in hvsim. Draw
// once a statement: the order in which arguments are evaluated is unspecified.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hvsim {

// One block of Philox4x32-10: 128 random bits for a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  std::uint32_t next();                      // uniform over 32 bits
  std::uint32_t below(std::uint32_t bound);  // uniform over [0, bound); bound > 0
  // True `parts` times in `whole`; whole > 0. Exact to 2^-32.
  bool chance(std::uint32_t parts, std::uint32_t whole) { return below(whole) < parts; }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      const std::uint32_t pick = below(static_cast<std::uint32_t>(left));
      std::swap(items[left - 1], items[pick]);
    }
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  unsigned used_ = 4;
  std::array<std::uint32_t, 4> words_{};
};

}  // namespace hvsim
