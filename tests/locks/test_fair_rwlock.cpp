// The fair reader-writer lock, step by step: its word, its cost, its order of service.
#include <gtest/gtest.h>

#include <vector>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

TEST(FairRwlock, AReaderIs256AndAWriterIs255InTheWord) {
  Lab lab("fair_rwlock");
  std::vector<std::uint32_t> seen;
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.ghost_point();
    seen.push_back(lab.a->words().word.peek());
    lab.a->read_unlock(cpu);
    lab.a->write_lock(cpu);
    cpu.ghost_point();
    seen.push_back(lab.a->words().word.peek());
    lab.a->write_unlock(cpu);
  });
  lab.run();
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{256, 255}));
  EXPECT_EQ(lab.a->words().word.peek(), 0u);
}

TEST(FairRwlock, AnUncontendedPairIsTwoLockedOperations) {
  for (const bool write : {false, true}) {
    Lab lab("fair_rwlock");
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

TEST(FairRwlock, AContendedReadPairWithoutWritersIsStillTwoLockedOperations) {
  Lab lab("fair_rwlock");
  for (unsigned n = 0; n < 8; ++n) {
    lab.on(n, [&](Cpu& cpu) {
      for (int i = 0; i < 50; ++i) {
        lab.a->read_lock(cpu);
        lab.a->read_unlock(cpu);
      }
    });
  }
  lab.run();
  EXPECT_EQ(lab.machine.traffic().locked_ops, 8u * 50u * 2u);
}

TEST(FairRwlock, AWaitingWriterIsOneInTheWordAndCountsLikeOneThatIsIn) {
  Lab lab("fair_rwlock");
  std::uint32_t while_waiting = 0;
  Time writer_left{};
  Time late_reader{};
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
  lab.on(5, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.a->read_lock(cpu);
    late_reader = cpu.now();
    lab.a->read_unlock(cpu);
  });
  lab.run();
  EXPECT_EQ(while_waiting, 256u + 1u);
  EXPECT_GE(late_reader, writer_left);
}

// GR-F1: whoever queues gets in in the order of coming, writers and readers alike.
TEST(FairRwlock, WaitersAreServedInTheOrderTheyCame) {
  Lab lab("fair_rwlock");
  std::vector<unsigned> order;
  lab.on(0, [&](Cpu& cpu) {
    lab.a->write_lock(cpu);
    cpu.compute(microseconds(20));
    lab.a->write_unlock(cpu);
  });
  // Comes on alternating sockets, against the numbering, every second one to read.
  const std::vector<unsigned> coming = {7, 2, 6, 1, 5, 3, 4};
  for (unsigned i = 0; i < coming.size(); ++i) {
    const bool reads = i % 2 == 1;
    lab.on(coming[i], [&, i, reads](Cpu& cpu) {
      cpu.compute(microseconds(1 + i));
      reads ? lab.a->read_lock(cpu) : lab.a->write_lock(cpu);
      cpu.ghost_point();
      order.push_back(cpu.id().n);
      cpu.compute(microseconds(2));
      reads ? lab.a->read_unlock(cpu) : lab.a->write_unlock(cpu);
    });
  }
  lab.run();
  EXPECT_EQ(order, coming);
}

TEST(FairRwlock, AReaderDoesNotOvertakeAQueuedWriter) {
  for (const char* kind : {"fair_rwlock", "percpu_rwlock"}) {
    Lab lab(kind);
    std::vector<unsigned> order;
    lab.on(0, [&](Cpu& cpu) {
      lab.a->write_lock(cpu);
      cpu.compute(microseconds(5));
      lab.a->write_unlock(cpu);
    });
    lab.on(1, [&](Cpu& cpu) {
      cpu.compute(microseconds(1));
      lab.a->write_lock(cpu);
      cpu.ghost_point();
      order.push_back(1);
      cpu.compute(microseconds(5));
      lab.a->write_unlock(cpu);
    });
    lab.on(2, [&](Cpu& cpu) {
      cpu.compute(microseconds(2));
      lab.a->read_lock(cpu);
      cpu.ghost_point();
      order.push_back(2);
      lab.a->read_unlock(cpu);
    });
    lab.run();
    EXPECT_EQ(order, (std::vector<unsigned>{1, 2})) << kind;
  }
}

}  // namespace
}  // namespace hvsim
