// The history digest: 64 bits that change if anything that happened changes.
//
// Each pCPU mixes every verb of its own, in its own order, with its time, place and value; the
// digests of the pCPUs are then mixed in the order of their numbers. Equal digests of two runs
// mean, but for a chance of 2^-64, that the runs were equal. Only integers that the simulated
// machine can see go in: never a host address, a host clock or a container's order.
#pragma once

#include <cstdint>

namespace hvsim {

class Digest {
 public:
  void mix(std::uint64_t word) {
    // Multiply and fold (the mixing step of wyhash); the constants are arbitrary odd numbers.
    const Wide product = static_cast<Wide>(state_ ^ word) * 0x9e3779b97f4a7c15u;
    state_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^
             0xd6e8feb86659fd93u;
  }
  // Two words in one step.
  void mix(std::uint64_t first, std::uint64_t second) {
    mix(first * 0xa0761d6478bd642fu + second * 0xe7037ed1a0b428dbu);
  }
  std::uint64_t value() const { return state_; }

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint64_t state_ = 0x2545f4914f6cdd1du;
};

}  // namespace hvsim
