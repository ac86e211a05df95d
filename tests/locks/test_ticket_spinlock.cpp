// The ticket spinlock: exclusion, order, wrap-around, misuse and statistics.
#include "models/hypervisor/locks/ticket_spinlock.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

struct SpinLab {
  Machine machine{toy_machine(), {}};
  TicketWord& word = machine.memory().make<TicketWord>("spin", SocketId{0});
  TicketSpinlock lock{"spin", word, machine};

  std::optional<Finding> find() {
    try {
      machine.run();
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }
};

TEST(TicketSpinlock, WaitersAreServedInTheOrderTheyCame) {
  SpinLab lab;
  std::vector<unsigned> order;
  const std::vector<unsigned> coming = {5, 1, 7, 0, 4, 2};
  for (unsigned i = 0; i < coming.size(); ++i) {
    lab.machine.start(PcpuId{coming[i]}, [&, i](Cpu& cpu) {
      cpu.compute(microseconds(1 + i));
      lab.lock.lock(cpu);
      order.push_back(cpu.id().n);
      cpu.compute(microseconds(10));
      lab.lock.unlock(cpu);
    });
  }
  lab.machine.run();
  EXPECT_EQ(order, coming);
  EXPECT_EQ(lab.word.peek(), 6u << 16 | 6u);
}

TEST(TicketSpinlock, OneIsInsideAtATime) {
  SpinLab lab;
  auto& counter = lab.machine.memory().make<Shared<std::uint64_t>>("counter", SocketId{0});
  for (unsigned n = 0; n < 8; ++n) {
    lab.machine.start(PcpuId{n}, [&](Cpu& cpu) {
      for (int i = 0; i < 100; ++i) {
        lab.lock.lock(cpu);
        cpu.store(counter, cpu.load(counter) + 1);
        lab.lock.unlock(cpu);
      }
    });
  }
  lab.machine.run();
  EXPECT_EQ(counter.peek(), 800u);
  EXPECT_FALSE(lab.lock.held());
}

TEST(TicketSpinlock, TicketsWrapWithoutTouchingEachOther) {
  SpinLab lab;
  lab.word.poke(0xffffu << 16 | 0xffffu);
  std::vector<std::uint32_t> seen;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    for (int i = 0; i < 2; ++i) {
      lab.lock.lock(cpu);
      lab.lock.unlock(cpu);
      cpu.fence();
      cpu.ghost_point();
      seen.push_back(lab.word.peek());
    }
  });
  lab.machine.run();
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{0u, 1u << 16 | 1u}));
}

TEST(TicketSpinlock, TakingItTwiceIsFoundBeforeItHangs) {
  SpinLab lab;
  lab.machine.start(PcpuId{2}, [&](Cpu& cpu) {
    lab.lock.lock(cpu);
    lab.lock.lock(cpu);
  });
  const auto finding = lab.find();
  expect_finding(finding, "spinlock", "tests/locks/test_ticket_spinlock.cpp");
  EXPECT_EQ(finding->pcpu, PcpuId{2});
}

TEST(TicketSpinlock, ReleasingAnothersLockIsFound) {
  SpinLab lab;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lab.lock.lock(cpu);
    cpu.compute(microseconds(5));
    lab.lock.unlock(cpu);
  });
  lab.machine.start(PcpuId{1}, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.lock.unlock(cpu);
  });
  const auto finding = lab.find();
  expect_finding(finding, "spinlock", "tests/locks/test_ticket_spinlock.cpp");
  EXPECT_EQ(finding->pcpu, PcpuId{1});
}

TEST(TicketSpinlock, ASecondHolderIsFound) {
  SpinLab lab;
  lab.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lab.lock.lock(cpu);
    ticket_unlock(cpu, lab.word);  // behind the lock's back
    cpu.compute(microseconds(5));
  });
  lab.machine.start(PcpuId{1}, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.lock.lock(cpu);
  });
  expect_finding(lab.find(), "spinlock", "tests/locks/test_ticket_spinlock.cpp");
}

TEST(TicketSpinlock, StatisticsCountWaitsAndHolds) {
  SpinLab lab;
  for (const unsigned n : {0u, 4u}) {
    lab.machine.start(PcpuId{n}, [&, n](Cpu& cpu) {
      cpu.compute(n == 0 ? nanoseconds(1) : microseconds(1));
      lab.lock.lock(cpu);
      cpu.compute(microseconds(3));
      lab.lock.unlock(cpu);
    });
  }
  lab.machine.run();
  const LockStat& stat = *lab.machine.locks().at(0);
  EXPECT_EQ(stat.acquisitions, 2u);
  EXPECT_EQ(stat.contentions, 1u);
  EXPECT_EQ(stat.acq_bounces, 1u);
  EXPECT_GT(stat.waittime_total, microseconds(1));
  EXPECT_LT(stat.waittime_total, microseconds(3));
  EXPECT_GE(stat.holdtime_total, microseconds(6));
}

}  // namespace
}  // namespace hvsim
