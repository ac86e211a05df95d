// Finite caches: what fits, what does not, what leaves for what, seen through loads alone.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "sim/hw/caches.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

using Counts = std::map<std::int64_t, unsigned>;  // how many loads took how many ns

// Reads `lines` lines in a row, over and over; what the loads of the fourth pass took.
Counts pass_over(std::size_t lines) {
  Rig rig;
  struct Line {
    alignas(64) Word word;
  };
  const auto row = rig.machine.memory().make_array<Line>("row", lines, SocketId{0});
  Counts counts;
  rig.on(0, [&](Cpu& cpu) {
    for (int pass = 0; pass < 4; ++pass) {
      counts.clear();
      for (Line& line : row) {
        const Duration took = taken(cpu, [&] { cpu.load(line.word); });
        ++counts[took / ns(1)];
      }
    }
  });
  rig.run();
  return counts;
}

// The toy's L1 has 16 sets of 2 ways, its L2 32 of 4, its L3 128 of 8. One line too many throws
// all lines of its set out, one after the other; the rest still fit.
TEST(CacheSizes, AsManyLinesAsL1HasAreAllHits) {
  EXPECT_EQ(pass_over(32), (Counts{{2, 32}}));
}
TEST(CacheSizes, OneMoreLineThanL1HasCostsOneSetOfIt) {
  EXPECT_EQ(pass_over(33), (Counts{{2, 30}, {5, 3}}));
}
TEST(CacheSizes, AsManyLinesAsL2HasDoNotLeaveTheCore) {
  EXPECT_EQ(pass_over(128), (Counts{{5, 128}}));
}
TEST(CacheSizes, OneMoreLineThanL2HasCostsOneSetOfIt) {
  EXPECT_EQ(pass_over(129), (Counts{{5, 124}, {20, 5}}));
}
TEST(CacheSizes, AsManyLinesAsL3HasDoNotLeaveTheSocket) {
  EXPECT_EQ(pass_over(1024), (Counts{{20, 1024}}));
}
TEST(CacheSizes, OneMoreLineThanL3HasCostsOneSetOfIt) {
  EXPECT_EQ(pass_over(1025), (Counts{{20, 1016}, {100, 9}}));
}

// Lines of one set of every cache: 128 lines apart.
struct Column {
  explicit Column(Rig& rig)
      : words(rig.machine.memory().make_array<Page>("column", 12, SocketId{0})) {}
  Word& operator[](std::size_t i) { return words[i].word; }

  struct Page {
    alignas(8192) Word word;
  };
  std::span<Page> words;
};

TEST(CacheSizes, TheLeastRecentlyUsedLineGoes) {
  Rig rig;
  Column column(rig);
  rig.on(0, [&](Cpu& cpu) {
    cpu.load(column[0]);
    cpu.load(column[1]);
    cpu.load(column[0]);  // now 1 is the oldest of the two ways
    cpu.load(column[2]);
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(2));
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[1]); }), ns(5));
  });
  rig.run();
}

// Hits in L1 are no uses of L2, so the line that is used all the time is the oldest there.
TEST(CacheSizes, WhatL2HasNoRoomForLeavesL1Too) {
  Rig rig;
  Column column(rig);
  rig.on(0, [&](Cpu& cpu) {
    cpu.load(column[0]);
    for (std::size_t i = 1; i <= 4; ++i) {
      EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(2));
      cpu.load(column[i]);
    }
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(20));
  });
  rig.run();
}

TEST(CacheSizes, AnInclusiveL3TakesALineFromTheCoreThatUsesIt) {
  Rig rig;
  Column column(rig);
  rig.on(0, [&](Cpu& cpu) {
    cpu.load(column[0]);
    wait_until(cpu, at_ns(500));
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(2));
    wait_until(cpu, at_ns(10'000));
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(100));
  });
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000));
    for (std::size_t i = 1; i <= 8; ++i) {  // eight ways, and one line of them was column[0]
      cpu.load(column[i]);
    }
  });
  rig.run();
  EXPECT_EQ(rig.machine.traffic().dram_reads, 10u);
  EXPECT_EQ(rig.machine.traffic().dram_writes, 0u);
}

TEST(CacheSizes, AModifiedLineThatL3HasNoRoomForIsWrittenBackOnce) {
  Rig rig;
  Column column(rig);
  rig.on(0, [&](Cpu& cpu) {
    for (std::size_t i = 0; i < 12; ++i) {
      cpu.store(column[i], i);
      cpu.fence();
    }
  });
  rig.run();
  EXPECT_EQ(rig.machine.traffic().dram_reads, 12u);
  EXPECT_EQ(rig.machine.traffic().dram_writes, 4u);  // 12 lines in 8 ways
}

TEST(CacheSizes, AModifiedLineOutOfL2IsStillModifiedInL3) {
  Rig rig;
  Column column(rig);
  rig.on(0, [&](Cpu& cpu) {
    cpu.fetch_add(column[0], 1);
    for (std::size_t i = 1; i <= 4; ++i) {
      cpu.load(column[i]);  // pushes it out of the four ways of L2
    }
    EXPECT_EQ(rig.machine.traffic().dram_writes, 0u);
  });
  rig.on(4, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(10'000));
    EXPECT_EQ(taken(cpu, [&] { cpu.load(column[0]); }), ns(100));  // dirty in the other socket
  });
  rig.run();
  EXPECT_EQ(rig.machine.traffic().dram_writes, 1u);  // reading it across cleans it
}

TEST(CacheSizes, ALoneReaderWritesWithoutTellingAnybody) {
  Rig rig;
  Word& word = rig.word("word");
  rig.on(0, [&](Cpu& cpu) {
    cpu.load(word);  // from memory, and nobody else has it: exclusive
    EXPECT_EQ(taken(cpu, [&] { cpu.store(word, 1); }), ns(1));
    EXPECT_EQ(taken(cpu, [&] { cpu.fence(); }), ns(20));  // it has committed as it executed
    EXPECT_EQ(taken(cpu, [&] { cpu.fetch_add(word, 1); }), ns(10));
  });
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000));
    EXPECT_EQ(taken(cpu, [&] { EXPECT_EQ(cpu.load(word), 2u); }), ns(40));  // as a modified one
  });
  rig.run();
  EXPECT_EQ(rig.machine.lines().at(0).counts.stores, 0u);
  EXPECT_EQ(rig.machine.lines().at(0).counts.loads, 2u);
}

TEST(Cache, RemovesAndPinsByTheWay) {
  std::vector<std::uint32_t> ways(4);
  Cache cache({256, 4}, ways);  // one set
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_FALSE(cache.put(LineId{i}, LineState::shared).has_value());
  }
  cache.remove(LineId{1});
  EXPECT_EQ(cache.state(LineId{1}), LineState::invalid);
  EXPECT_FALSE(cache.put(LineId{7}, LineState::modified).has_value());
  const auto pinned = [](LineId line) { return line.n == 0; };
  const auto victim = cache.put(LineId{8}, LineState::shared, pinned);
  ASSERT_TRUE(victim.has_value());
  EXPECT_EQ(victim->line, LineId{2});  // 0 is older, but pinned
  EXPECT_EQ(cache.state(LineId{0}), LineState::shared);
  EXPECT_EQ(cache.state(LineId{7}), LineState::modified);
}

TEST(Cache, ANumberOfSetsThatIsNoPowerOfTwoHoldsAllItsLines) {
  std::vector<std::uint32_t> ways(6);
  Cache cache({3 * 2 * 64, 2}, ways);
  for (std::uint32_t i = 0; i < 6; ++i) {
    EXPECT_FALSE(cache.put(LineId{i}, LineState::shared).has_value()) << i;
  }
  const auto victim = cache.put(LineId{6}, LineState::shared);
  ASSERT_TRUE(victim.has_value());
  EXPECT_EQ(victim->line, LineId{0});
}

}  // namespace
}  // namespace hvsim
