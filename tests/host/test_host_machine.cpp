// A pCPU on a real thread does what cpu.hpp says of each verb, takes interrupts between two of
// them, and ends when another thread has found something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

using testing::HasSubstr;

template <class T>
class HostVerbs : public testing::Test {};
using Widths = testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(HostVerbs, Widths);

TYPED_TEST(HostVerbs, DoWhatTheirInstructionsDoAtEveryWidth) {
  using Word = TypeParam;
  HostMachine machine({});
  auto words = machine.memory().make_array<Shared<Word>>("words", 3, SocketId{0});
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    Shared<Word>& word = words[1];
    cpu.store(word, 200);
    cpu.fence();
    EXPECT_EQ(cpu.load(word), 200);
    EXPECT_EQ(cpu.xchg(word, 250), 200);
    EXPECT_EQ(cpu.fetch_add(word, 7), 250);
    const Word sum = static_cast<Word>(257);
    EXPECT_EQ(cpu.cmpxchg(word, 3, 9), sum) << "a failed one changes nothing";
    EXPECT_EQ(cpu.cmpxchg(word, sum, 0x50), sum);
    EXPECT_EQ(cpu.fetch_or(word, 0x03), 0x50);
    EXPECT_EQ(cpu.fetch_and(word, 0x42), 0x53);
    EXPECT_TRUE(cpu.test_and_clear_bit(word, 1));
    EXPECT_FALSE(cpu.test_and_set_bit(word, 2));
    EXPECT_EQ(cpu.load(word), 0x44);
  });
  machine.run();
  EXPECT_EQ(words[0].peek(), 0) << "the neighbours are left alone";
  EXPECT_EQ(words[1].peek(), 0x44);
  EXPECT_EQ(words[2].peek(), 0);
}

TEST(HostMachine, LosesNoLockedOperationOfFourThreads) {
  HostMachine machine({.cores_per_socket = 4});
  auto& sum = machine.memory().make<Shared<std::uint32_t>>("sum", SocketId{0});
  auto& wins = machine.memory().make<Shared<std::uint32_t>>("wins", SocketId{0});
  for (unsigned n = 0; n < 4; ++n) {
    machine.start(PcpuId{n}, [&](Cpu& cpu) {
      for (int i = 0; i < 5000; ++i) {
        cpu.fetch_add(sum, 1);
        const std::uint32_t seen = cpu.load(wins);
        while (cpu.cmpxchg(wins, seen, seen + 1) == seen) {
          break;
        }
      }
    });
  }
  machine.run();
  EXPECT_EQ(sum.peek(), 20000u);
  EXPECT_LE(wins.peek(), 20000u);
  EXPECT_GE(wins.peek(), 5000u) << "one of the four succeeds each time they all try";
}

TEST(HostMachine, HasTheShapeAndTheRandomStreamsItIsTold) {
  HostMachine machine({.seed = 5, .sockets = 2, .cores_per_socket = 3, .threads_per_core = 2});
  EXPECT_EQ(machine.pcpus(), 12u);
  EXPECT_EQ(machine.socket_of(PcpuId{4}), SocketId{1});
  EXPECT_EQ(machine.random(7).next(), Random(5, 7).next());
  EXPECT_EQ(&machine.lock_stat("a"), &machine.lock_stat("a"));
}

TEST(HostMachine, TakesAnInterruptBetweenTwoVerbsAndAfterTheWorkerToo) {
  HostMachine machine({.cores_per_socket = 3});
  auto& taken = machine.memory().make<Shared<std::uint32_t>>("taken", SocketId{0});
  PcpuSet all;
  for (unsigned n = 0; n < 3; ++n) {
    all.add(PcpuId{n});
  }
  machine.on_interrupt(Vector::call_function, [&](Cpu& cpu) {
    EXPECT_FALSE(cpu.set_interrupts(false)) << "handlers run with interrupts off";
    cpu.fetch_add(taken, 1u << (8 * cpu.id().n));
  });
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    cpu.send_ipi(all, Vector::call_function);
    while (cpu.load(taken) != 0x010100u) {
      cpu.relax();
    }
  });
  machine.start(PcpuId{1}, [](Cpu&) {});
  machine.start(PcpuId{2}, [](Cpu& cpu) { cpu.halt(Time::never()); });
  machine.run();
  EXPECT_EQ(taken.peek(), 0x010100u) << "once on each pCPU of the set but the sender";
}

TEST(HostMachine, HoldsAnInterruptBackWhileInterruptsAreOff) {
  HostMachine machine({});
  auto& sent = machine.memory().make<Shared<std::uint8_t>>("sent", SocketId{0});
  bool in_section = true;
  unsigned taken_in_section = 0;
  unsigned taken = 0;
  machine.on_interrupt(Vector::event_check, [&](Cpu&) {
    ++taken;
    taken_in_section += in_section ? 1 : 0;
  });
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    EXPECT_TRUE(cpu.set_interrupts(false));
    cpu.store(sent, 1);
    while (cpu.load(sent) != 2) {
      cpu.relax();
    }
    in_section = false;
    EXPECT_FALSE(cpu.set_interrupts(true));
    cpu.hypercall();
  });
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    while (cpu.load(sent) != 1) {
      cpu.relax();
    }
    PcpuSet other;
    other.add(PcpuId{0});
    cpu.send_ipi(other, Vector::event_check);
    cpu.store(sent, 2);
  });
  machine.run();
  EXPECT_EQ(taken, 1u);
  EXPECT_EQ(taken_in_section, 0u);
}

TEST(HostMachine, NeverTellsTheSameTimeTwiceOnAPcpu) {
  HostMachine machine({});
  machine.start(PcpuId{0}, [](Cpu& cpu) {
    Time last = cpu.now();
    for (int i = 0; i < 1000; ++i) {
      const Time now = cpu.now();
      EXPECT_GT(now, last);
      last = now;
    }
    cpu.compute(microseconds(3));
    EXPECT_GE(cpu.now(), last + microseconds(3));
    cpu.halt(cpu.now() + microseconds(3));
  });
  machine.run();
}

TEST(HostMachine, LetsGhostChecksOfAllThreadsRunOneAtATime) {
  HostMachine machine({.cores_per_socket = 4});
  std::uint64_t ghost = 0;  // a race detector and the sum both tell if two are in at once
  for (unsigned n = 0; n < 4; ++n) {
    machine.start(PcpuId{n}, [&](Cpu& cpu) {
      for (int i = 0; i < 2000; ++i) {
        cpu.ghost_point();
        ++ghost;
        cpu.hypercall();
      }
    });
  }
  machine.run();
  EXPECT_EQ(ghost, 8000u);
}

TEST(HostMachine, EndsAllThreadsWithTheFirstFinding) {
  HostMachine machine({.cores_per_socket = 3});
  auto& word = machine.memory().make<Shared<std::uint32_t>>("word", SocketId{0});
  for (unsigned n = 0; n < 2; ++n) {
    machine.start(PcpuId{n}, [&](Cpu& cpu) {
      while (cpu.load(word) == 0) {
        cpu.relax();
      }
    });
  }
  machine.start(PcpuId{2}, [&](Cpu& cpu) {
    cpu.ghost_point();
    cpu.violated("GR-X1", "what went wrong", &word);
  });
  try {
    machine.run();
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "GR-X1");
    EXPECT_EQ(violated.finding().what, "what went wrong");
    EXPECT_EQ(violated.finding().pcpu, PcpuId{2});
    EXPECT_THAT(violated.finding().place, HasSubstr("test_host_machine.cpp:"));
  }
}

TEST(HostMachine, HandsOnWhatAWorkerThrows) {
  HostMachine machine({});
  machine.start(PcpuId{0}, [](Cpu& cpu) { cpu.halt(Time::never()); });
  machine.start(PcpuId{1}, [](Cpu&) { throw std::runtime_error("the worker's own"); });
  EXPECT_THROW(machine.run(), std::runtime_error);
}

TEST(HostMachine, NamesTheCircleOfThoseWhoWaitForEachOther) {
  HostMachine machine({.no_progress_after = milliseconds(50)});
  auto& never = machine.memory().make<Shared<std::uint32_t>>("never", SocketId{0});
  for (unsigned n = 0; n < 2; ++n) {
    machine.start(PcpuId{n}, [&, n](Cpu& cpu) {
      cpu.waits_for("lock " + std::to_string(n), PcpuId{1 - n});
      while (cpu.load(never) == 0) {
        cpu.relax();
      }
    });
  }
  try {
    machine.run();
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "no progress");
    EXPECT_THAT(violated.finding().verbs, testing::Contains(HasSubstr("pcpu 0 waits for lock 0")));
    EXPECT_EQ(violated.finding().verbs.back(), "circle: pcpu 0 -> pcpu 1 -> pcpu 0");
  }
}

}  // namespace
}  // namespace hvsim
