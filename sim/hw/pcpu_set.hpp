// A set of pCPUs, iterated in the order of their numbers: what Xen calls a cpumask.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/base/ids.hpp"

namespace hvsim {

inline constexpr unsigned max_pcpus = 512;

class PcpuSet {
 public:
  void add(PcpuId cpu) { words_[cpu.n / 64] |= bit(cpu); }
  void remove(PcpuId cpu) { words_[cpu.n / 64] &= ~bit(cpu); }
  bool has(PcpuId cpu) const { return (words_[cpu.n / 64] & bit(cpu)) != 0; }

  bool empty() const { return size() == 0; }
  unsigned size() const {
    unsigned n = 0;
    for (const std::uint64_t word : words_) {
      n += static_cast<unsigned>(std::popcount(word));
    }
    return n;
  }

  template <class Visit>
  void each(Visit visit) const {
    for (unsigned w = 0; w < words_.size(); ++w) {
      for (std::uint64_t left = words_[w]; left != 0; left &= left - 1) {
        visit(PcpuId{w * 64 + static_cast<unsigned>(std::countr_zero(left))});
      }
    }
  }

 private:
  static std::uint64_t bit(PcpuId cpu) { return std::uint64_t{1} << (cpu.n % 64); }

  std::array<std::uint64_t, max_pcpus / 64> words_{};
};

}  // namespace hvsim
