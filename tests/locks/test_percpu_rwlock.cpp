// The per-CPU reader-writer lock, path by path: fast, second lock, behind a writer, writing.
#include <gtest/gtest.h>

#include <vector>

#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

// Shows what a test may want to see of the algorithm's own words.
class Glass : public PercpuRwlock {
 public:
  explicit Glass(Host& host) : PercpuRwlock("glass", host, std::make_unique<FairRwlock>()) {}
  Pointer& of(const Cpu& cpu) { return pointer(cpu); }
  std::uint64_t names(const RwLock& lock) const { return key(lock.words()); }
};

struct GlassLab {
  Machine machine{toy_machine(), {}};
  Glass glass{machine};
  RwLockWords& words_a = machine.memory().make<RwLockWords>("a", SocketId{0});
  RwLockWords& words_b = machine.memory().make<RwLockWords>("b", SocketId{0});
  RwLock a{"a", words_a, glass, machine};
  RwLock b{"b", words_b, glass, machine};

  std::uint64_t pointer(Cpu& cpu) {
    cpu.ghost_point();
    return glass.of(cpu).peek();
  }
};

TEST(PercpuRwlock, AFastPairIsNoLockedOperationAtAll) {
  Lab lab("percpu_rwlock");
  for (unsigned n = 0; n < 8; ++n) {
    lab.on(n, [&](Cpu& cpu) {
      for (int i = 0; i < 100; ++i) {
        lab.a->read_lock(cpu);
        lab.a->read_unlock(cpu);
      }
    });
  }
  lab.run();
  EXPECT_EQ(lab.machine.traffic().locked_ops, 0u);
  EXPECT_EQ(lab.a->read_pairs(), 800u);
}

TEST(PercpuRwlock, FastReadersMoveNoLineOnceItIsShared) {
  const auto transfers = [](int pairs) {
    Lab lab("percpu_rwlock");
    for (unsigned n = 0; n < 8; ++n) {
      lab.on(n, [&, pairs](Cpu& cpu) {
        for (int i = 0; i < pairs; ++i) {
          lab.a->read_lock(cpu);
          lab.a->read_unlock(cpu);
        }
      });
    }
    lab.run();
    return lab.machine.traffic().local_transfers + lab.machine.traffic().remote_transfers;
  };
  EXPECT_EQ(transfers(10), transfers(1000));
}

TEST(PercpuRwlock, AReaderSaysWhichLockItReads) {
  GlassLab lab;
  std::vector<std::uint64_t> seen;
  lab.machine.start(PcpuId{3}, [&](Cpu& cpu) {
    seen.push_back(lab.pointer(cpu));
    lab.a.read_lock(cpu);
    seen.push_back(lab.pointer(cpu));
    lab.a.read_unlock(cpu);
    cpu.fence();
    seen.push_back(lab.pointer(cpu));
  });
  lab.machine.run();
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, lab.glass.names(lab.a), 0}));
}

TEST(PercpuRwlock, ASecondLockOfTheClassGoesThroughTheUnderlyingLock) {
  GlassLab lab;
  std::uint32_t word_a = 1;
  std::uint32_t word_b = 0;
  std::uint64_t pointer = 0;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lab.a.read_lock(cpu);
    lab.b.read_lock(cpu);
    pointer = lab.pointer(cpu);
    word_a = lab.words_a.word.peek();
    word_b = lab.words_b.word.peek();
    lab.b.read_unlock(cpu);
    lab.a.read_unlock(cpu);
  });
  lab.machine.run();
  EXPECT_EQ(pointer, lab.glass.names(lab.a));
  EXPECT_EQ(word_a, 0u);
  EXPECT_EQ(word_b, 256u);
  EXPECT_EQ(lab.words_b.word.peek(), 0u);
  EXPECT_EQ(lab.machine.traffic().locked_ops, 2u);
}

// GR-S4: the path of the second lock is remembered by what the pointer names, not by whether it is
// set.
TEST(PercpuRwlock, TheFirstLockMayBeReleasedBeforeTheSecond) {
  GlassLab lab;
  std::uint64_t between = 1;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lab.a.read_lock(cpu);
    lab.b.read_lock(cpu);
    lab.a.read_unlock(cpu);
    cpu.fence();
    between = lab.pointer(cpu);
    lab.b.read_unlock(cpu);
  });
  lab.machine.run();
  EXPECT_EQ(between, 0u);
  EXPECT_EQ(lab.words_b.word.peek(), 0u);
  lab.a.check_free(lab.machine.cpu(PcpuId{0}));
  lab.b.check_free(lab.machine.cpu(PcpuId{0}));
}

TEST(PercpuRwlock, AWriterWaitsForAFastReaderAndForASlowOne) {
  for (const bool slow : {false, true}) {
    Lab lab("percpu_rwlock");
    Time left{};
    Time in{};
    lab.on(0, [&](Cpu& cpu) {
      if (slow) {
        lab.b->read_lock(cpu);
      }
      lab.a->read_lock(cpu);
      cpu.compute(microseconds(3));
      left = cpu.now();
      lab.a->read_unlock(cpu);
      if (slow) {
        lab.b->read_unlock(cpu);
      }
    });
    lab.on(4, [&](Cpu& cpu) {
      cpu.compute(microseconds(1));
      lab.a->write_lock(cpu);
      in = cpu.now();
      lab.a->write_unlock(cpu);
    });
    lab.run();
    EXPECT_GE(in, left) << slow;
    EXPECT_LT(in, left + microseconds(2)) << slow;
  }
}

TEST(PercpuRwlock, AWriterDoesNotWaitForReadersOfAnotherLock) {
  Lab lab("percpu_rwlock");
  Time left{};
  Time in{};
  lab.on(0, [&](Cpu& cpu) {
    lab.b->read_lock(cpu);
    cpu.compute(microseconds(20));
    left = cpu.now();
    lab.b->read_unlock(cpu);
  });
  lab.on(4, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);
    in = cpu.now();
    lab.a->write_unlock(cpu);
  });
  lab.run();
  EXPECT_LT(in, left);
}

// Step 6: a reader that finds a writer clears its pointer, queues, and goes on as a fast reader
// that holds nothing of the underlying lock.
TEST(PercpuRwlock, AReaderThatQueuedBehindAWriterEndsUpFast) {
  GlassLab lab;
  std::uint64_t while_queued = 1;
  std::uint64_t pointer = 0;
  std::uint32_t word = 1;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lab.a.write_lock(cpu);
    cpu.compute(microseconds(5));
    cpu.ghost_point();
    while_queued = lab.glass.of(lab.machine.cpu(PcpuId{5})).peek();
    lab.a.write_unlock(cpu);
  });
  lab.machine.start(PcpuId{5}, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.a.read_lock(cpu);
    pointer = lab.pointer(cpu);
    word = lab.words_a.word.peek();
    lab.a.read_unlock(cpu);
  });
  lab.machine.run();
  EXPECT_EQ(while_queued, 0u);
  EXPECT_EQ(pointer, lab.glass.names(lab.a));
  EXPECT_EQ(word, 0u);
}

// Step 4: the scratch mask is one a pCPU, so an interrupt must not write while its pCPU polls.
TEST(PercpuRwlock, AWriterInAnInterruptOfAPollingWriterIsFound) {
  Lab lab("percpu_rwlock");
  lab.machine.on_interrupt(Vector::event_check, [&](Cpu& cpu) { lab.b->write_lock(cpu); });
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.compute(microseconds(5));
    lab.a->read_unlock(cpu);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(3));
    PcpuSet target;
    target.add(PcpuId{4});
    cpu.send_ipi(target, Vector::event_check);
  });
  lab.on(4, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);
    lab.a->write_unlock(cpu);
  });
  const auto finding = lab.find();
  expect_finding(finding, "GR-C4", "percpu_rwlock.cpp");
  EXPECT_EQ(finding->pcpu, PcpuId{4});
}

TEST(PercpuRwlock, AWriterLooksAtOnlinePcpusAlone) {
  const auto time_to_write = [](unsigned online) {
    Lab lab("percpu_rwlock");
    PcpuSet set;
    for (unsigned n = 0; n < online; ++n) {
      set.add(PcpuId{n});
    }
    lab.algorithm->set_online(set);
    Duration took{};
    lab.on(0, [&](Cpu& cpu) {
      const Time asked = cpu.now();
      lab.a->write_lock(cpu);
      took = cpu.now() - asked;
      lab.a->write_unlock(cpu);
    });
    lab.run();
    return took;
  };
  const Duration one = time_to_write(1);
  const Duration four = time_to_write(4);
  const Duration eight = time_to_write(8);
  EXPECT_LT(one, four);
  EXPECT_LT(four, eight);
}

TEST(PercpuRwlock, EachPointerHasALineOfItsOwnNearItsPcpu) {
  GlassLab lab;
  std::vector<LineId> lines;
  for (unsigned n = 0; n < 8; ++n) {
    const auto& pointer = lab.glass.of(lab.machine.cpu(PcpuId{n}));
    const LineId line = line_of(lab.machine.memory().address_of(&pointer));
    EXPECT_EQ(lab.machine.memory().node_of(line), lab.machine.socket_of(PcpuId{n}));
    for (const LineId other : lines) {
      EXPECT_NE(line, other);
    }
    lines.push_back(line);
  }
}

}  // namespace
}  // namespace hvsim
