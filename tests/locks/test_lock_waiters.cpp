// What the dump of a deadlock says about who waits for whom at a lock.
#include "models/hypervisor/locks/lock_waiters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Two locks taken in opposite orders: each pCPU waits for the other.
TEST(LockWaiters, ACircleOfTwoLocksIsNamedWithItsPcpus) {
  for (const char* kind : {"word_rwlock", "fair_rwlock", "percpu_rwlock"}) {
    Lab lab(kind);
    lab.on(2, [&](Cpu& cpu) {
      lab.a->write_lock(cpu);
      cpu.compute(microseconds(5));
      lab.b->write_lock(cpu);
    });
    lab.on(6, [&](Cpu& cpu) {
      lab.b->write_lock(cpu);
      cpu.compute(microseconds(5));
      lab.a->read_lock(cpu);
    });
    const auto finding = lab.find();
    expect_finding(finding, "deadlock", "rwlock.cpp");
    EXPECT_THAT(finding->verbs, Contains(HasSubstr("circle: pcpu 2 -> pcpu 6 -> pcpu 2"))) << kind;
  }
}

// A reader does not wait for the reader that is in, but for the writer that waits for it.
TEST(LockWaiters, AWriterThatWaitsIsInTheWayOfThoseBehindIt) {
  for (const char* kind : {"word_rwlock", "fair_rwlock"}) {
    Lab lab(kind);
    lab.on(0, [&](Cpu& cpu) {
      lab.a->read_lock(cpu);
      cpu.compute(microseconds(5));
      lab.b->write_lock(cpu);
    });
    lab.on(1, [&](Cpu& cpu) {
      cpu.compute(microseconds(1));
      lab.a->write_lock(cpu);
    });
    lab.on(2, [&](Cpu& cpu) {
      lab.b->write_lock(cpu);
      cpu.compute(microseconds(3));
      lab.a->read_lock(cpu);
    });
    const auto finding = lab.find();
    expect_finding(finding, "deadlock", "lock.cpp");
    EXPECT_THAT(finding->verbs,
                Contains(HasSubstr("circle: pcpu 0 -> pcpu 2 -> pcpu 1 -> pcpu 0")))
        << kind;
  }
}

// Who was in the way when a waiter came has long left: the dump must not name it.
TEST(LockWaiters, NobodyIsNamedWhoHasLeft) {
  Lab lab("word_rwlock_without_writer_bit_clear");
  lab.on(0, [&](Cpu& cpu) {
    lab.a->write_lock(cpu);
    cpu.compute(microseconds(5));
    lab.a->write_unlock(cpu);
  });
  lab.on(4, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.a->read_lock(cpu);
  });
  const auto finding = lab.find();
  expect_finding(finding, "deadlock", "word_rwlock.cpp");
  EXPECT_THAT(finding->verbs, Contains(HasSubstr("pcpu 4 waits for a")));
  EXPECT_THAT(finding->verbs, Not(Contains(HasSubstr("held by"))));
}

// A lock that is not fair: a writer that came later gets it first.
TEST(LockWaiters, TheWriterWhoOvertookIsNamed) {
  Machine machine(toy_machine(), {});
  auto& never = machine.memory().make<Shared<std::uint32_t>>("never", SocketId{0});
  LockWaiters waiters("unfair");
  machine.start(PcpuId{2}, [&](Cpu& cpu) {
    cpu.ghost_point();
    waiters.come(cpu, false, PcpuSet{});
    while (cpu.load(never) == 0) {
      cpu.relax();
    }
  });
  machine.start(PcpuId{3}, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    cpu.ghost_point();
    waiters.come(cpu, true, PcpuSet{});
    waiters.got_it(cpu, true);
    while (cpu.load(never) == 0) {
      cpu.relax();
    }
  });
  try {
    machine.run();
    FAIL() << "a run without an end";
  } catch (const RuleViolated& violated) {
    EXPECT_THAT(violated.finding().verbs,
                Contains(testing::AllOf(HasSubstr("pcpu 2 waits for unfair"),
                                        HasSubstr("held by pcpu 3"))));
    EXPECT_THAT(violated.finding().verbs, Not(Contains(HasSubstr("pcpu 3 waits for unfair"))));
  }
}

TEST(LockWaiters, TheOneWhoTookItMeanwhileIsNamed) {
  Lab lab("fair_rwlock");
  lab.on(0, [&](Cpu& cpu) {
    lab.a->write_lock(cpu);
    cpu.compute(microseconds(5));
    lab.a->write_unlock(cpu);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);  // for ever
  });
  lab.on(2, [&](Cpu& cpu) {
    cpu.compute(microseconds(2));
    lab.a->read_lock(cpu);
  });
  const auto finding = lab.find();
  expect_finding(finding, "deadlock", "lock.cpp");
  EXPECT_THAT(finding->verbs, Contains(testing::AllOf(HasSubstr("pcpu 2 waits for a"),
                                                      HasSubstr("held by pcpu 1"))));
}

}  // namespace
}  // namespace hvsim
