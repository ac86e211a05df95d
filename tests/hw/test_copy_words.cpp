// Copies of words: what arrives, what it costs, and what may come in between.
#include <gtest/gtest.h>

#include <span>

#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

constexpr std::size_t words = 512;
constexpr std::size_t last = words - 1;

struct CopiedWords : Rig {
  CopiedWords()
      : to(machine.memory().make_array<Word>("to", words, SocketId{0})),
        from(machine.memory().make_array<Word>("from", words, SocketId{0})) {
    for (std::size_t i = 0; i < words; ++i) {
      from[i].poke(1000 + i);
    }
  }
  // How many words of the copy hold what the source held at first.
  std::size_t arrived() const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < words; ++i) {
      n += to[i].peek() == 1000 + i ? 1 : 0;
    }
    return n;
  }
  std::span<Word> to;
  std::span<Word> from;
};

TEST(CopyWords, ArriveWhateverTheBlock) {
  for (const std::size_t block : {std::size_t{1}, std::size_t{8}, words}) {
    CopiedWords rig;
    rig.on(0, [&](Cpu& cpu) { cpu.copy_words(rig.to.data(), rig.from.data(), words, block); });
    rig.run();
    EXPECT_EQ(rig.arrived(), words) << block;
  }
}

TEST(CopyWords, ArriveFromTheMiddleOfALineToTheMiddleOfALine) {
  for (const std::size_t block : {std::size_t{1}, std::size_t{8}, words}) {
    CopiedWords rig;
    rig.on(0, [&](Cpu& cpu) { cpu.copy_words(&rig.to[258], &rig.from[258], 100, block); });
    rig.run();
    EXPECT_EQ(rig.arrived(), 100u) << block;
    EXPECT_EQ(rig.to[257].peek(), 0u);
    EXPECT_EQ(rig.to[358].peek(), 0u);
  }
}

TEST(CopyWords, CostWhatTheSameBytesCostCopied) {
  Duration bulk{};
  CopiedWords one;
  one.on(0, [&](Cpu& cpu) {
    const Address to = one.machine.memory().address_of(one.to.data());
    const Address from = one.machine.memory().address_of(one.from.data());
    bulk = taken(cpu, [&] { cpu.copy(to, from, page_bytes); });
  });
  one.run();
  for (const std::size_t block : {std::size_t{1}, std::size_t{8}, words}) {
    CopiedWords rig;
    Duration copied{};
    rig.on(0, [&](Cpu& cpu) {
      copied = taken(cpu, [&] { cpu.copy_words(rig.to.data(), rig.from.data(), words, block); });
    });
    rig.run();
    EXPECT_EQ(copied, bulk) << block;
    EXPECT_EQ(rig.machine.accounting(PcpuId{0}).total(), bulk);
  }
}

// pCPU 1 changes the last word of the source and has pCPU 0, in the middle of its copy, do the
// same in the copy.
std::uint64_t last_word_after_an_interrupt(std::size_t block) {
  CopiedWords rig;
  rig.machine.on_interrupt(Vector::call_function, [&](Cpu& cpu) {
    const std::uint64_t value = cpu.load(rig.from[last]);
    cpu.store(rig.to[last], value);
  });
  rig.on(0, [&](Cpu& cpu) {
    cpu.compute(ns(700));
    cpu.copy_words(rig.to.data(), rig.from.data(), words, block);
  });
  rig.on(1, [&](Cpu& cpu) {
    cpu.compute(ns(900));
    cpu.store(rig.from[last], 7);
    PcpuSet target;
    target.add(PcpuId{0});
    cpu.send_ipi(target, Vector::call_function);
  });
  rig.run();
  return rig.to[last].peek();
}

TEST(CopyWords, InRegistersUndoWhatAnInterruptHasStored) {
  EXPECT_EQ(last_word_after_an_interrupt(1), 7u);
  EXPECT_EQ(last_word_after_an_interrupt(words), 1000 + last);
}

TEST(CopyWords, TakeWhatOthersStoreBeforeTheirTurn) {
  CopiedWords rig;
  rig.on(0, [&](Cpu& cpu) {
    cpu.compute(ns(700));
    cpu.copy_words(rig.to.data(), rig.from.data(), words, 8);
  });
  rig.on(4, [&](Cpu& cpu) {
    cpu.compute(ns(1000));
    cpu.store(rig.from[0], 7);
    cpu.store(rig.from[last], 7);
  });
  rig.run();
  EXPECT_EQ(rig.to[0].peek(), 1000u);
  EXPECT_EQ(rig.to[last].peek(), 7u);
}

TEST(CopyWords, ComeAfterEarlierStores) {
  CopiedWords rig;
  rig.on(0, [&](Cpu& cpu) {
    cpu.store(rig.from[3], 7);
    cpu.store(rig.to[4], 9);
    cpu.copy_words(rig.to.data(), rig.from.data(), words, 1);
  });
  rig.run();
  EXPECT_EQ(rig.to[3].peek(), 7u);
  EXPECT_EQ(rig.to[4].peek(), 1004u);
}

}  // namespace
}  // namespace hvsim
