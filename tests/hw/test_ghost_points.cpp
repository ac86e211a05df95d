// Ghost points: what a check sees there is the machine at that instant, and looking is free.
#include <gtest/gtest.h>

#include <vector>

#include "sim/hw/quiet_writes.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

// One counts up a word it owns, a store a nanosecond; another looks at many instants. Stores that
// start before its instant are seen, later ones are not, though the writer may have run ahead.
TEST(GhostPoints, SeeEveryStoreBeforeThemAndNoLaterOne) {
  for (const bool step : {true, false}) {
    RunOptions options;
    options.step_every_verb = step;
    Rig rig(unloaded_toy(), options);
    Word& stored = rig.word("stored");
    Word& added = rig.word("added");
    rig.on(0, [&](Cpu& cpu) {
      cpu.fetch_add(stored, 0);
      cpu.fetch_add(added, 0);
      wait_until(cpu, at_ns(1'000));
      for (std::uint64_t i = 1; i <= 1'000; ++i) {
        cpu.store(stored, i);  // begins at 1000 + i - 1
      }
      for (std::uint64_t i = 1; i <= 100; ++i) {
        cpu.fetch_add(added, 1);  // takes 10 ns
      }
    });
    rig.on(5, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(1'200) + picoseconds(500));
      for (std::uint64_t now = 1'200; now < 1'900; now += 7) {
        cpu.ghost_point();
        EXPECT_EQ(stored.peek(), now - 1'000 + 1);
        cpu.compute(ns(7));
      }
      wait_until(cpu, at_ns(2'500) + picoseconds(500));
      cpu.ghost_point();
      EXPECT_EQ(stored.peek(), 1'000u);
      EXPECT_EQ(added.peek(), 51u);
    });
    rig.run();
    EXPECT_EQ(stored.peek(), 1'000u);
    EXPECT_EQ(added.peek(), 100u);
  }
}

TEST(GhostPoints, CostNoSimulatedTime) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) {
    cpu.compute(ns(33));
    EXPECT_EQ(taken(cpu, [&] { cpu.ghost_point(); }), Duration{});
  });
  rig.on(1, [](Cpu& cpu) { cpu.compute(ns(500)); });
  rig.run();
}

TEST(GhostPoints, AreTakenInTheOrderOfTime) {
  Rig rig;
  std::vector<std::int64_t> instants;
  for (unsigned pcpu = 0; pcpu < 8; ++pcpu) {
    rig.on(pcpu, [&, pcpu](Cpu& cpu) {
      for (int i = 0; i < 50; ++i) {
        cpu.compute(picoseconds(1'000 + 137 * pcpu));
        cpu.ghost_point();
        instants.push_back(cpu.now().ps);
      }
    });
  }
  rig.run();
  EXPECT_EQ(instants.size(), 400u);
  EXPECT_TRUE(std::is_sorted(instants.begin(), instants.end()));
}

// A workload's check() looks through any pCPU, whether it worked or not.
TEST(GhostPoints, AfterARunAreWhereverThePcpuStopped) {
  Rig rig;
  Word& word = rig.word("word");
  rig.on(0, [&](Cpu& cpu) { cpu.compute(ns(10)); });
  rig.on(1, [&](Cpu& cpu) { cpu.store(word, 3), cpu.compute(ns(900)); });
  rig.run();
  for (const unsigned pcpu : {0u, 1u, 2u}) {
    rig.machine.cpu(PcpuId{pcpu}).ghost_point();
    EXPECT_EQ(word.peek(), 3u);
  }
  EXPECT_THROW(rig.machine.cpu(PcpuId{0}).violated("C-1", "in the end", &word), RuleViolated);
}

TEST(QuietWrites, HideTheNewestFirstAndShowAllOfThem) {
  std::uint64_t word = 10;
  QuietWrites writes;
  const auto write = [&](std::int64_t at, std::uint64_t value) {
    writes.add(Time{0}, Time{at}, Rank{4}, &word, sizeof word);
    word = value;
  };
  write(5, 11);
  write(6, 12);
  write(7, 13);
  writes.hide(Time{9}, Rank{0});
  EXPECT_FALSE(writes.hiding());
  writes.hide(Time{6}, Rank{5});  // 6 by rank 4 was before that
  EXPECT_TRUE(writes.hiding());
  EXPECT_EQ(word, 12u);
  writes.show();
  EXPECT_EQ(word, 13u);
  writes.hide(Time{6}, Rank{3});
  EXPECT_EQ(word, 11u);
  writes.show();
  EXPECT_EQ(word, 13u);
  EXPECT_FALSE(writes.hiding());
}

TEST(QuietWrites, ForgetWhatIsInThePast) {
  std::uint64_t word = 1;
  QuietWrites writes;
  writes.add(Time{0}, Time{5}, Rank{0}, &word, sizeof word);
  word = 2;
  writes.add(Time{6}, Time{8}, Rank{0}, &word, sizeof word);
  word = 3;
  writes.hide(Time{0}, Rank{0});  // nobody acts before 6 any more
  EXPECT_EQ(word, 2u);
}

}  // namespace
}  // namespace hvsim
