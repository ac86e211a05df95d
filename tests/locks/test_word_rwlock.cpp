// The one-word reader-writer lock, step by step: its word, its cost, who waits for whom.
#include <gtest/gtest.h>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

constexpr std::uint32_t writer = 1u << 31;

TEST(WordRwlock, AReaderIsOneInTheWord) {
  Lab lab("word_rwlock");
  std::uint32_t inside = 0;
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.ghost_point();
    inside = lab.a->words().word.peek();
    lab.a->read_unlock(cpu);
  });
  lab.run();
  EXPECT_EQ(inside, 1u);
  EXPECT_EQ(lab.a->words().word.peek(), 0u);
  EXPECT_EQ(lab.a->read_pairs(), 1u);
  EXPECT_EQ(lab.a->write_pairs(), 0u);
}

TEST(WordRwlock, AWriterIsTheTopBit) {
  Lab lab("word_rwlock");
  std::uint32_t inside = 0;
  lab.on(0, [&](Cpu& cpu) {
    lab.a->write_lock(cpu);
    cpu.ghost_point();
    inside = lab.a->words().word.peek();
    lab.a->write_unlock(cpu);
  });
  lab.run();
  EXPECT_EQ(inside, writer);
  EXPECT_EQ(lab.a->words().word.peek(), 0u);
  EXPECT_EQ(lab.a->write_pairs(), 1u);
}

TEST(WordRwlock, AnUncontendedPairIsTwoLockedOperations) {
  for (const bool write : {false, true}) {
    Lab lab("word_rwlock");
    lab.on(0, [&](Cpu& cpu) {
      for (int i = 0; i < 10; ++i) {
        write ? lab.a->write_lock(cpu) : lab.a->read_lock(cpu);
        write ? lab.a->write_unlock(cpu) : lab.a->read_unlock(cpu);
      }
    });
    lab.run();
    EXPECT_EQ(lab.machine.traffic().locked_ops, 20u);
  }
}

TEST(WordRwlock, WriterWaitsForTheReaderThatCameFirst) {
  Lab lab("word_rwlock");
  Time left{};
  Time in{};
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.compute(microseconds(2));
    left = cpu.now();
    lab.a->read_unlock(cpu);
  });
  lab.on(5, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);
    in = cpu.now();
    lab.a->write_unlock(cpu);
  });
  lab.run();
  EXPECT_GE(in, left);
  EXPECT_LT(in, left + microseconds(1));
}

TEST(WordRwlock, AWaitingWriterShutsOutReadersThatComeLater) {
  Lab lab("word_rwlock");
  Time writer_left{};
  Time late_reader{};
  std::uint32_t while_waiting = 0;
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.compute(microseconds(3));
    cpu.ghost_point();
    while_waiting = lab.a->words().word.peek();
    lab.a->read_unlock(cpu);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);
    cpu.compute(microseconds(1));
    writer_left = cpu.now();
    lab.a->write_unlock(cpu);
  });
  lab.on(4, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.a->read_lock(cpu);
    late_reader = cpu.now();
    lab.a->read_unlock(cpu);
  });
  lab.run();
  EXPECT_EQ(while_waiting, writer | 1u);
  EXPECT_GE(late_reader, writer_left);
}

TEST(WordRwlock, ReadersShare) {
  Lab lab("word_rwlock");
  std::uint32_t most = 0;
  for (unsigned n = 0; n < 8; ++n) {
    lab.on(n, [&](Cpu& cpu) {
      lab.a->read_lock(cpu);
      cpu.compute(microseconds(5));
      cpu.ghost_point();
      most = std::max(most, lab.a->words().word.peek());
      lab.a->read_unlock(cpu);
    });
  }
  lab.run();
  EXPECT_EQ(most, 8u);
}

}  // namespace
}  // namespace hvsim
