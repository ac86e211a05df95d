// Copies and clears: the larger of what the core needs and what its misses need.
#include <gtest/gtest.h>

#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

const MachineSpec toy = unloaded_toy();
const Prices& price = toy.prices;
constexpr std::int64_t lines = 8;
constexpr std::uint64_t bytes = lines * line_bytes;

// `misses` lines that each take `each`, as many at a time as the core has line fill buffers.
Duration missing(std::int64_t misses, Duration each) {
  return each * misses / toy.line_fill_buffers.value;
}

struct Bulk : Rig {
  Bulk(unsigned to_node = 0, unsigned from_node = 0)
      : to(machine.memory().reserve("to", bytes, SocketId{to_node})),
        from(machine.memory().reserve("from", bytes, SocketId{from_node})) {}
  void touch(Cpu& cpu, Address first, bool write) {
    for (Address at = first; at < first + bytes; at += line_bytes) {
      Word& word = *static_cast<Word*>(machine.memory().host(at));
      write ? cpu.store(word, 1) : static_cast<void>(cpu.load(word));
    }
    cpu.fence();
  }
  Address to;
  Address from;
};

TEST(BulkCopy, OfLinesInL1CostsTheCoresOwnTime) {
  Bulk bulk;
  bulk.on(0, [&](Cpu& cpu) {
    bulk.touch(cpu, bulk.from, false);
    bulk.touch(cpu, bulk.to, true);
    EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, bytes); }),
              price.copy_line.value * lines);
    // The first miss's way to the L3 is the least that it takes.
    EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, 1); }), price.l3_request.value);
  });
  bulk.run();
}

TEST(BulkCopy, OfColdLinesCostsTheirMissesInParallel) {
  Bulk bulk;
  bulk.on(0, [&](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, bytes); }),
              missing(lines * 2, price.dram_local.value));
  });
  bulk.run();
  EXPECT_EQ(bulk.machine.traffic().dram_reads, static_cast<std::uint64_t>(lines) * 2);
}

TEST(BulkCopy, OfColdLinesOfTwoNodesPaysForEach) {
  Bulk bulk(0, 1);
  bulk.on(0, [&](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, bytes); }),
              missing(lines, price.dram_local.value) + missing(lines, price.dram_remote.value));
  });
  bulk.run();
}

TEST(BulkCopy, OfLinesInL3CostsHitsThere) {
  Bulk bulk;
  bulk.on(0, [&](Cpu& cpu) {
    bulk.touch(cpu, bulk.from, false);
    bulk.touch(cpu, bulk.to, false);
    const Address other = bulk.machine.memory().reserve("other", 128 * line_bytes, SocketId{0});
    cpu.clear(other, 128 * line_bytes);  // as many lines as L2 has
    EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, bytes); }),
              missing(lines * 2, price.l3_hit.value));
  });
  bulk.run();
}

TEST(BulkCopy, OfLinesModifiedElsewhereCostsTransfers) {
  for (const unsigned writer : {1u, 4u}) {
    Bulk bulk;
    bulk.on(writer, [&](Cpu& cpu) { bulk.touch(cpu, bulk.from, true); });
    bulk.on(0, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(20'000));
      const Duration each = writer == 1 ? price.dirty_same.value : price.dirty_remote.value;
      EXPECT_EQ(taken(cpu, [&] { cpu.copy(bulk.to, bulk.from, bytes); }),
                missing(lines, each) + missing(lines, price.dram_local.value));
    });
    bulk.run();
    const bool near = writer == 1;
    EXPECT_EQ(bulk.machine.traffic().local_transfers, near ? 8u : 0u);
    EXPECT_EQ(bulk.machine.traffic().remote_transfers, near ? 0u : 8u);
  }
}

TEST(BulkCopy, LeavesWhatItWroteOwnedAndWhatItReadReadable) {
  Bulk bulk;
  bulk.on(0, [&](Cpu& cpu) {
    cpu.copy(bulk.to, bulk.from, bytes);
    Word& written = *static_cast<Word*>(bulk.machine.memory().host(bulk.to));
    Word& read = *static_cast<Word*>(bulk.machine.memory().host(bulk.from));
    EXPECT_EQ(taken(cpu, [&] { cpu.fetch_add(written, 1); }), price.locked_rmw.value);
    EXPECT_EQ(taken(cpu, [&] { cpu.load(read); }), price.l1_hit.value);
  });
  bulk.run();
}

TEST(BulkCopy, TakesEveryLineThatItsBytesTouch) {
  Rig rig;
  const Address at = rig.machine.memory().reserve("bytes", 4 * line_bytes, SocketId{0});
  rig.on(0, [&](Cpu& cpu) {
    cpu.clear(at + 63, 2);  // the last byte of one line and the first of the next
  });
  rig.run();
  EXPECT_EQ(rig.machine.traffic().dram_reads, 2u);
}

TEST(BulkCopy, AccountsEveryPartToItsCause) {
  Bulk bulk(0, 1);
  bulk.on(0, [&](Cpu& cpu) { cpu.copy(bulk.to, bulk.from, bytes); });
  bulk.run();
  const Duration whole =
      missing(lines, price.dram_local.value) + missing(lines, price.dram_remote.value);
  const Duration core = price.copy_line.value * lines;
  EXPECT_EQ(bulk.spent(0, Cause::compute), core);
  EXPECT_EQ(bulk.spent(0, Cause::memory), whole - core);
  EXPECT_EQ(bulk.machine.accounting(PcpuId{0}).total(), whole);
}

// All cores of a socket clear memory that nobody has: it comes no faster than its channels give
// it.
TEST(BulkCopy, NoSocketGetsMoreThanItsChannelsGive) {
  MachineSpec spec = unloaded_toy();
  spec.line_fill_buffers.value = 64;
  Rig rig(spec);
  constexpr std::uint64_t each = 256 * 1024;
  for (unsigned pcpu = 0; pcpu < 4; ++pcpu) {
    const Address mine = rig.machine.memory().reserve("mine", each, SocketId{0});
    rig.on(pcpu, [mine](Cpu& cpu) {
      for (std::uint64_t done = 0; done < each; done += page_bytes) {
        cpu.clear(mine + done, page_bytes);
      }
    });
  }
  rig.run();
  // What is thrown out of the L3 on the way, all of it modified, goes through the channels as
  // well.
  const Traffic& traffic = rig.machine.traffic();
  const auto moved =
      static_cast<std::int64_t>((traffic.dram_reads + traffic.dram_writes) * line_bytes);
  const std::int64_t picoseconds_a_byte = 1'000'000'000'000 / spec.dram_bytes_per_second.value;
  EXPECT_EQ(traffic.dram_reads, 4 * each / line_bytes);
  EXPECT_GE(rig.machine.finished().ps, moved * picoseconds_a_byte * 95 / 100);
  EXPECT_LE(rig.machine.finished().ps, moved * picoseconds_a_byte * 120 / 100);
  EXPECT_EQ(traffic.channel_busy_ps.at(0), moved * picoseconds_a_byte);
  EXPECT_EQ(traffic.channel_busy_ps.at(1), 0);
}

TEST(BulkCopy, NoLinkCarriesMoreThanItsRate) {
  MachineSpec spec = unloaded_toy();
  spec.line_fill_buffers.value = 64;
  spec.dram_bytes_per_second.value = 1'000'000'000'000;
  Rig rig(spec);
  constexpr std::uint64_t each = 64 * 1024;
  for (unsigned pcpu = 0; pcpu < 4; ++pcpu) {
    const Address far = rig.machine.memory().reserve("far", each, SocketId{1});
    rig.on(pcpu, [far](Cpu& cpu) {
      for (std::uint64_t done = 0; done < each; done += page_bytes) {
        cpu.clear(far + done, page_bytes);
      }
    });
  }
  rig.run();
  const std::int64_t picoseconds_a_byte = 1'000'000'000'000 / spec.link_bytes_per_second.value;
  const std::int64_t needed = static_cast<std::int64_t>(4 * each) * picoseconds_a_byte;
  EXPECT_GE(rig.machine.finished().ps, needed * 95 / 100);
  EXPECT_LE(rig.machine.finished().ps, needed * 115 / 100);
}

}  // namespace
}  // namespace hvsim
