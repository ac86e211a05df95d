// The store buffer: what x86-TSO lets others see, and when.
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "sim/hw/store_buffer.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

const Prices toy = unloaded_toy().prices;

struct Seen {
  std::uint64_t by_first;
  std::uint64_t by_second;
};

// Each stores to a word and loads the other's, the second `offset` later. Both have both lines.
Seen store_then_load(unsigned second, Duration offset, bool fence) {
  Rig rig;
  Word& x = rig.word("x");
  Word& y = rig.word("y");
  Seen seen{9, 9};
  const auto body = [&](Word& mine, Word& other, Time start, std::uint64_t& sees) {
    return [&, start, fence](Cpu& cpu) {
      for (const int when : {0, 1'000}) {  // after the second time nobody takes them from another
        wait_until(cpu, at_ns(when));
        cpu.load(x);
        cpu.load(y);
      }
      wait_until(cpu, start);
      cpu.store(mine, 1);
      if (fence) {
        cpu.fence();
      }
      sees = cpu.load(other);
    };
  };
  rig.on(0, body(x, y, at_ns(2'000), seen.by_first));
  rig.on(second, body(y, x, at_ns(2'000) + offset, seen.by_second));
  rig.run();
  return seen;
}

class StoreBufferLitmus : public testing::TestWithParam<unsigned> {};

// Until a commit is through, the other still reads its own old copy: both may see zero.
TEST_P(StoreBufferLitmus, BothLoadsMayMissTheOthersStoreWithoutAFence) {
  const Seen seen = store_then_load(GetParam(), Duration{}, false);
  EXPECT_EQ(seen.by_first, 0u);
  EXPECT_EQ(seen.by_second, 0u);
}

TEST_P(StoreBufferLitmus, WithAFenceOneOfThemSeesTheOthersStoreAtAnyOffset) {
  bool first_saw = false;
  bool second_saw = false;
  for (int offset = 0; offset < 300; ++offset) {
    const Seen seen = store_then_load(GetParam(), ns(offset), true);
    EXPECT_NE(seen.by_first + seen.by_second, 0u) << offset;
    first_saw = first_saw || seen.by_first == 1;
    second_saw = second_saw || seen.by_second == 1;
  }
  EXPECT_TRUE(first_saw);
  EXPECT_TRUE(second_saw);
}

INSTANTIATE_TEST_SUITE_P(Second, StoreBufferLitmus, testing::Values(1u, 4u));

// The flag's line is the writer's own; the data's is asked for only when the store before is
// through. The reader has a copy of the data: it would see the old ones if the flag came first.
TEST(StoreBuffer, StoresBecomeVisibleInProgramOrder) {
  bool waited = false;
  for (int offset = 0; offset < 300; offset += 3) {
    Rig rig;
    Word& far = rig.word("far", 1);
    Word& data = rig.word("data");
    Word& flag = rig.word("flag");
    std::uint64_t got = 0;
    rig.on(0, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(500));
      cpu.fetch_add(flag, 0);
      wait_until(cpu, at_ns(1'000));
      cpu.store(far, 1);
      cpu.store(data, 42);
      cpu.store(flag, 1);
    });
    rig.on(1, [&](Cpu& cpu) {
      cpu.load(data);
      wait_until(cpu, at_ns(1'000 + offset));
      while (cpu.load(flag) == 0) {
        waited = true;
        cpu.relax();
      }
      got = cpu.load(data);
    });
    rig.run();
    ASSERT_EQ(got, 42u) << offset;
  }
  EXPECT_TRUE(waited);
}

TEST(StoreBuffer, APcpuSeesItsOwnStoreAtOnceAndOthersWhenItCommits) {
  Rig rig;
  Word& word = rig.word("word");
  const Duration commit = toy.dram_local.value;
  rig.on(0, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000));
    cpu.store(word, 5);
    EXPECT_EQ(taken(cpu, [&] { EXPECT_EQ(cpu.load(word), 5u); }), toy.l1_hit.value);
    cpu.store(word, 6);
    EXPECT_EQ(cpu.load(word), 6u);
  });
  const auto look = [&](unsigned pcpu, Time when, std::uint64_t expected) {
    rig.on(pcpu, [&word, when, expected](Cpu& cpu) {
      wait_until(cpu, when);
      cpu.ghost_point();
      EXPECT_EQ(word.peek(), expected) << "at " << when.ps;
    });
  };
  look(1, at_ns(1'000) + commit - picoseconds(1), 0);
  look(2, at_ns(1'000) + commit + picoseconds(1), 6);
  rig.run();
}

// A word of eight bytes, seen whole and byte by byte.
struct Mixed {
  explicit Mixed(Rig& rig) {
    const Address at = rig.machine.memory().reserve("mixed", 64, SocketId{0});
    whole = static_cast<Word*>(rig.machine.memory().host(at));
    byte = static_cast<Shared<std::uint8_t>*>(rig.machine.memory().host(at + 3));
  }
  Word* whole;
  Shared<std::uint8_t>* byte;
};

TEST(StoreBuffer, ALoadOfPartOfAWaitingStoreIsForwarded) {
  Rig rig;
  Mixed mixed(rig);
  rig.on(0, [&](Cpu& cpu) {
    cpu.store(*mixed.whole, 0x1122334455667788u);
    EXPECT_EQ(taken(cpu, [&] { EXPECT_EQ(cpu.load(*mixed.byte), 0x55u); }), toy.l1_hit.value);
  });
  rig.run();
}

TEST(StoreBuffer, ALoadOfMoreThanAWaitingStoreWaitsForItsCommit) {
  Rig rig;
  Mixed mixed(rig);
  rig.on(0, [&](Cpu& cpu) {
    const Duration both = taken(cpu, [&] {
      cpu.store(*mixed.byte, 0xab);
      EXPECT_EQ(cpu.load(*mixed.whole), 0xab000000u);
    });
    EXPECT_EQ(both, toy.dram_local.value + toy.l1_hit.value);
  });
  rig.run();
}

TEST(StoreBuffer, LooksUpTheNewestStoreThatTouchesTheBytes) {
  StoreBuffer buffer(4);
  std::uint64_t value = 0;
  buffer.add({64, 8, 0x0102030405060708u, {}});
  buffer.add({66, 1, 0xee, {}});
  EXPECT_EQ(buffer.look_up(66, 1, value), StoreBuffer::Lookup::covered);
  EXPECT_EQ(value, 0xeeu);
  EXPECT_EQ(buffer.look_up(64, 2, value), StoreBuffer::Lookup::covered);
  EXPECT_EQ(value, 0x0708u);
  EXPECT_EQ(buffer.look_up(64, 8, value), StoreBuffer::Lookup::partial);
  EXPECT_EQ(buffer.look_up(72, 8, value), StoreBuffer::Lookup::miss);
  EXPECT_EQ(buffer.look_up(56, 8, value), StoreBuffer::Lookup::miss);
}

TEST(StoreBuffer, TheStoreThatFindsItFullWaitsForTheOldestToCommit) {
  Rig rig;
  std::array<Word*, 9> words{};
  for (Word*& word : words) {
    word = &rig.word("word");
  }
  rig.on(0, [&](Cpu& cpu) {
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(taken(cpu, [&] { cpu.store(*words[i], 1); }), toy.store.value);
    }
    cpu.store(*words[8], 1);
    EXPECT_EQ(cpu.now() - Time{}, toy.dram_local.value + toy.store.value);
    cpu.fence();  // each commit asks for its line when the one before is through
    EXPECT_EQ(cpu.now() - Time{}, toy.dram_local.value * 9 + toy.fence.value);
  });
  rig.run();
  EXPECT_EQ(rig.machine.traffic().dram_reads, 9u);
}

TEST(StoreBuffer, ALockedOperationWaitsForTheStoresBeforeIt) {
  Rig rig;
  Word& far = rig.word("far", 1);
  Word& own = rig.word("own");
  rig.on(0, [&](Cpu& cpu) {
    cpu.fetch_add(own, 1);
    const Duration both = taken(cpu, [&] {
      cpu.store(far, 1);
      cpu.fetch_add(own, 1);
    });
    EXPECT_EQ(both, toy.dram_remote.value + toy.locked_rmw.value);
  });
  rig.run();
}

// The last load is longer than the commit that ends in the middle of it.
TEST(StoreBuffer, AWorkerThatReturnsWithAStoreUnderWayDoesNotGoBackInTime) {
  for (int pauses = 0; pauses < 30; ++pauses) {
    Rig rig;
    Word& word = rig.word("word");
    Time returned;
    rig.on(0, [&](Cpu& cpu) {
      cpu.store(word, 1);
      for (int i = 0; i < pauses; ++i) {
        cpu.relax();
      }
      returned = cpu.now();
    });
    rig.run();
    const Time committed = Time{} + toy.dram_local.value;
    EXPECT_EQ(rig.machine.finished(), std::max(returned, committed)) << pauses;
    EXPECT_GE(rig.spent(0, Cause::drain), Duration{}) << pauses;
  }
}

TEST(LockedOperations, ReturnTheOldValueAndLeaveTheNewOne) {
  Rig rig;
  Word& word = rig.word("word");
  Shared<std::uint8_t>& byte =
      rig.machine.memory().make<Shared<std::uint8_t>>("byte", SocketId{0});
  rig.on(0, [&](Cpu& cpu) {
    EXPECT_EQ(cpu.xchg(word, 6), 0u);
    EXPECT_EQ(cpu.fetch_add(word, 4), 6u);
    EXPECT_EQ(cpu.fetch_or(word, 5), 10u);
    EXPECT_EQ(cpu.fetch_and(word, 6), 15u);
    EXPECT_EQ(cpu.cmpxchg(word, 7, 8), 6u);
    EXPECT_EQ(cpu.cmpxchg(word, 6, 8), 6u);
    EXPECT_FALSE(cpu.test_and_set_bit(word, 63));
    EXPECT_TRUE(cpu.test_and_set_bit(word, 63));
    EXPECT_TRUE(cpu.test_and_clear_bit(word, 63));
    EXPECT_FALSE(cpu.test_and_clear_bit(word, 63));
    EXPECT_EQ(cpu.fetch_add(byte, 255), 0u);
    EXPECT_EQ(cpu.fetch_add(byte, 2), 255u);  // wraps within its byte
  });
  rig.run();
  EXPECT_EQ(word.peek(), 8u);
  EXPECT_EQ(byte.peek(), 1u);
  EXPECT_EQ(rig.machine.traffic().locked_ops, 12u);
  EXPECT_EQ(rig.machine.traffic().failed_cmpxchg, 1u);
}

}  // namespace
}  // namespace hvsim
