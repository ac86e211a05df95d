// The pCPUs that may hold a domain's translations: Xen's domain_dirty_cpumask.
//
// What it is: words in memory, a bit a pCPU, that every pCPU which runs the domain changes by
// locked instructions. What you must promise: the bit is set before the domain's page tables are
// loaded and cleared after another's are. A pCPU that goes idle lazily keeps both.
// What it guarantees: setting and clearing are full barriers. So, of a pCPU that sets its bit and
// then reads a page table, and one that stores to the table, makes a full barrier and then reads
// the mask, at least one sees the other. Source: shadow-cache sheet, B.
#pragma once

#include <cstdint>
#include <string>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

class DirtyMask {
 public:
  // `name` is the one in reports: "dirty_mask[1]".
  DirtyMask(Host& host, const std::string& name, SocketId node);

  void set(Cpu& cpu, PcpuId pcpu);
  void clear(Cpu& cpu, PcpuId pcpu);
  // A load for every 64 pCPUs of the host: not one picture, but each bit as it was at its load.
  PcpuSet read(Cpu& cpu) const;

  // Ghost: as it is in memory.
  PcpuSet peek() const;
  const void* word_of(PcpuId pcpu) const { return &words_.bits[pcpu.n / 64]; }

 private:
  struct Words {
    Shared<std::uint64_t> bits[max_pcpus / 64];
  };

  unsigned used_words_;
  Words& words_;
};

}  // namespace hvsim
