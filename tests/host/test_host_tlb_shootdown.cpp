// The TLB flush broadcast on real threads: interrupts that are polled for between two verbs.
#include <gtest/gtest.h>

#include "models/hypervisor/tlb_shootdown.hpp"
#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

constexpr std::uint64_t turns = HVSIM_HOST_TURNS / 20;

// All flush each other at once; each flush must have reached every pCPU when it returns.
void flush_each_other(unsigned threads) {
  HostMachine machine({.cores_per_socket = threads});
  TlbShootdown tlb(machine);
  PcpuSet all;
  for (unsigned n = 0; n < threads; ++n) {
    all.add(PcpuId{n});
  }
  std::vector<std::uint64_t> missed(threads, 0);
  for (unsigned n = 0; n < threads; ++n) {
    machine.start(PcpuId{n}, [&, n](Cpu& cpu) {
      for (std::uint64_t i = 0; i < turns; ++i) {
        const Time asked = cpu.now();
        tlb.flush(cpu, all);
        cpu.ghost_point();
        missed[n] += tlb.flushed_since(all, asked) ? 0 : 1;
        cpu.progress();
      }
    });
  }
  machine.run();
  for (const std::uint64_t times : missed) {
    EXPECT_EQ(times, 0u);
  }
  EXPECT_EQ(tlb.broadcasts(), turns * threads);
}

TEST(HostTlbShootdown, ReachesEveryPcpuBeforeItReturnsOnTwoThreads) {
  flush_each_other(2);
}

TEST(HostTlbShootdown, ReachesEveryPcpuBeforeItReturnsOnThreeThreads) {
  flush_each_other(3);
}

}  // namespace
}  // namespace hvsim
