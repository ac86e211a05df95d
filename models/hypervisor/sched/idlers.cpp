#include "models/hypervisor/sched/idlers.hpp"

#include <array>

namespace hvsim {

Idlers::Idlers(Host& host, unsigned pcpus)
    : pcpus_(pcpus), words_(host.memory().make<Words>("idlers", SocketId{0})) {}

void Idlers::set(Cpu& cpu, bool idle) {
  Shared<std::uint64_t>& word = words_.bits[cpu.id().n / 64];
  const unsigned bit = cpu.id().n % 64;
  if (((cpu.load(word) >> bit & 1) != 0) == idle) {
    return;
  }
  if (idle) {
    cpu.test_and_set_bit(word, bit);
  } else {
    cpu.test_and_clear_bit(word, bit);
  }
}

std::optional<PcpuId> Idlers::claim(Cpu& cpu, PcpuId behind, const PcpuSet& among) {
  std::array<std::uint64_t, words> seen{};
  for (unsigned w = 0; w * 64 < pcpus_; ++w) {
    seen[w] = cpu.load(words_.bits[w]);
  }
  for (unsigned i = 1; i < pcpus_; ++i) {
    const PcpuId pcpu{(behind.n + i) % pcpus_};
    const bool idle = (seen[pcpu.n / 64] >> (pcpu.n % 64) & 1) != 0;
    if (idle && (among.empty() || among.has(pcpu)) &&
        cpu.test_and_clear_bit(words_.bits[pcpu.n / 64], pcpu.n % 64)) {
      return pcpu;
    }
  }
  return std::nullopt;
}

}  // namespace hvsim
