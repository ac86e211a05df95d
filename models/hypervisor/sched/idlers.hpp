// Which pCPUs are idle: a bit each, in words that all of them change by locked instructions.
//
// What you must promise: a pCPU sets and clears its own bit; whoever claims one asks it to choose
// anew. What it guarantees: one that is claimed is not claimed again before it was idle once more,
// so two that are woken at a time do not count on the same pCPU.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

class Idlers {
 public:
  Idlers(Host& host, unsigned pcpus);

  void set(Cpu& cpu, bool idle);
  // The first idle one behind `from`, going round, that is in `among` (empty: any).
  // Clears its bit.
  std::optional<PcpuId> claim(Cpu& cpu, PcpuId behind, const PcpuSet& among);

 private:
  static constexpr unsigned words = max_pcpus / 64;
  struct Words {
    Shared<std::uint64_t> bits[words];
  };

  unsigned pcpus_;
  Words& words_;
};

}  // namespace hvsim
