// Interrupts: when they are taken, once or twice, and what they do to what they interrupt.
#include <gtest/gtest.h>

#include <vector>

#include "sim/base/check.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

const Prices toy = unloaded_toy().prices;

PcpuSet one(unsigned pcpu) {
  PcpuSet set;
  set.add(PcpuId{pcpu});
  return set;
}

// A rig whose handlers write down when they started, and on which pCPU.
struct InterruptRig : Rig {
  struct Taken {
    PcpuId pcpu;
    Vector vector;
    Time at;
  };
  InterruptRig() {
    for (unsigned v = 0; v < vectors; ++v) {
      const auto vector = static_cast<Vector>(v);
      machine.on_interrupt(vector, [this, vector](Cpu& cpu) {
        handled.push_back({cpu.id(), vector, cpu.now()});
        cpu.compute(handler);
      });
    }
  }
  // pCPU `from` sends at `when`; the request leaves after the sender's own cost.
  void send(unsigned from, unsigned to, Time when, Vector vector = Vector::call_function) {
    on(from, [to, when, vector](Cpu& cpu) {
      wait_until(cpu, when);
      cpu.send_ipi(one(to), vector);
    });
  }
  Duration handler{};
  std::vector<Taken> handled;
};

// From the call of send_ipi to the handler's first instruction.
const Duration way = toy.ipi_send.value + toy.ipi_delivery.value;

TEST(Interrupts, TheHandlersFirstInstructionIsADeliveryAfterTheSend) {
  InterruptRig rig;
  rig.send(0, 5, at_ns(1'000));
  rig.on(5, [](Cpu& cpu) { cpu.compute(ns(10'000)); });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 1u);
  EXPECT_EQ(rig.handled[0].pcpu, PcpuId{5});
  EXPECT_EQ(rig.handled[0].at, at_ns(1'000) + way);
  EXPECT_EQ(rig.machine.traffic().ipis, 1u);
}

TEST(Interrupts, TheSenderPaysForEachTargetAndNotForItself) {
  InterruptRig rig;
  rig.on(0, [](Cpu& cpu) {
    PcpuSet targets = one(1);
    targets.add(PcpuId{0});
    targets.add(PcpuId{7});
    EXPECT_EQ(taken(cpu, [&] { cpu.send_ipi(targets, Vector::tlb_flush); }),
              toy.ipi_send.value * 2);
  });
  rig.on(1, [](Cpu& cpu) { cpu.compute(ns(10'000)); });
  rig.on(7, [](Cpu& cpu) { cpu.compute(ns(10'000)); });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 2u);
  EXPECT_EQ(rig.handled[0].at, Time{} + toy.ipi_send.value + toy.ipi_delivery.value);
  EXPECT_EQ(rig.handled[1].at, Time{} + toy.ipi_send.value * 2 + toy.ipi_delivery.value);
}

TEST(Interrupts, EarlierStoresAreVisibleBeforeTheRequestLeaves) {
  InterruptRig rig;
  Word& word = rig.word("word");
  rig.on(0, [&](Cpu& cpu) {
    cpu.store(word, 1);
    EXPECT_EQ(taken(cpu, [&] { cpu.send_ipi(one(1), Vector::tlb_flush); }),
              toy.dram_local.value - toy.store.value + toy.ipi_send.value);
  });
  rig.on(1, [](Cpu& cpu) { cpu.compute(ns(10'000)); });
  rig.run();
  EXPECT_EQ(rig.handled.size(), 1u);
}

TEST(Interrupts, SplitAComputationAndLoseNoneOfItsTime) {
  InterruptRig rig;
  rig.handler = ns(70);
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.compute(ns(5'000)); }),
              ns(5'000) + toy.interrupt.value + ns(70));
  });
  rig.run();
  EXPECT_EQ(rig.spent(1, Cause::interrupt), toy.interrupt.value);
  EXPECT_EQ(rig.spent(1, Cause::compute), ns(5'070));
}

// To the picosecond: due right at the start of a pause, or just after it has begun.
TEST(Interrupts, AreTakenBetweenTwoVerbs) {
  const Time due = at_ns(1'000) + way;
  const auto handled_at = [&](Duration early) {
    InterruptRig rig;
    rig.send(0, 1, at_ns(1'000));
    rig.on(1, [&](Cpu& cpu) {
      cpu.compute(due - early - Time{});
      cpu.relax();
      cpu.relax();
    });
    rig.run();
    EXPECT_EQ(rig.handled.size(), 1u);
    return rig.handled.at(0).at;
  };
  EXPECT_EQ(handled_at(Duration{}), due);
  EXPECT_EQ(handled_at(picoseconds(1)), due - picoseconds(1) + toy.pause.value);
}

TEST(Interrupts, WaitWhileTheyAreOff) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu& cpu) {
    EXPECT_TRUE(cpu.set_interrupts(false));
    EXPECT_EQ(taken(cpu, [&] { cpu.compute(ns(9'000)); }), ns(9'000));
    EXPECT_FALSE(cpu.set_interrupts(true));
    cpu.compute(ns(1));
  });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 1u);
  EXPECT_EQ(rig.handled[0].at, at_ns(9'000));
}

TEST(Interrupts, OfOneVectorThatArePendingTogetherAreTakenOnce) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.send(2, 1, at_ns(1'100));
  rig.send(3, 1, at_ns(1'200), Vector::event_check);
  rig.on(1, [](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.compute(ns(9'000));
    cpu.set_interrupts(true);
    cpu.compute(ns(5'000));
  });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 2u);
  EXPECT_EQ(rig.handled[0].vector, Vector::event_check);  // sent last, and more urgent
  EXPECT_EQ(rig.handled[1].vector, Vector::call_function);
  EXPECT_EQ(rig.handled[1].at, at_ns(9'000) + toy.interrupt.value);
}

TEST(Interrupts, ComeAgainIfTheFirstWasTakenAlready) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.send(2, 1, at_ns(1'001));
  rig.on(1, [](Cpu& cpu) { cpu.compute(ns(9'000)); });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 2u);
  EXPECT_EQ(rig.handled[1].at, rig.handled[0].at + toy.interrupt.value);  // not nested
}

TEST(Interrupts, EndAHalt) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu& cpu) {
    cpu.halt(Time::never());
    EXPECT_EQ(cpu.now(), at_ns(1'000) + way + toy.interrupt.value);
    cpu.halt(cpu.now() + ns(300));
    EXPECT_EQ(cpu.now(), at_ns(1'300) + way + toy.interrupt.value);
  });
  rig.run();
  EXPECT_EQ(rig.spent(1, Cause::idle), at_ns(1'300) + way - Time{});
}

TEST(Interrupts, EndAHaltBeforeItsTimeHasCome) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu& cpu) {
    cpu.halt(at_ns(20'000));
    EXPECT_EQ(cpu.now(), at_ns(1'000) + way + toy.interrupt.value);
  });
  rig.run();
}

TEST(Interrupts, AHaltWithInterruptsOffIsRefused) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.halt(Time::never());
  });
  EXPECT_THROW(rig.run(), InternalError);
}

TEST(Interrupts, AreTakenByAPcpuWhoseWorkerHasReturned) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu&) {});
  rig.on(2, [](Cpu& cpu) { cpu.compute(ns(20'000)); });
  rig.run();
  ASSERT_EQ(rig.handled.size(), 1u);
  EXPECT_EQ(rig.handled[0].at, at_ns(1'000) + way);
  EXPECT_EQ(rig.spent(1, Cause::idle), ns(20'000) - toy.interrupt.value);
  EXPECT_EQ(rig.machine.finished(), at_ns(20'000));
}

TEST(Interrupts, ARunEndsThoughTheLastWorkerReturnsWhileAHandlerRuns) {
  InterruptRig rig;
  rig.handler = ns(5'000);
  Word& word = rig.word("word");
  rig.machine.on_interrupt(Vector::tlb_flush, [&](Cpu& cpu) {
    cpu.compute(ns(5'000));
    cpu.store(word, 1);  // its commit, too, is after the last worker's return
    cpu.send_ipi(one(0), Vector::tlb_flush);
  });
  rig.send(0, 1, at_ns(1'000), Vector::tlb_flush);
  rig.on(1, [](Cpu&) {});
  rig.on(2, [](Cpu& cpu) { cpu.compute(ns(3'000)); });
  rig.run();
  EXPECT_EQ(rig.machine.finished(), at_ns(3'000));
  EXPECT_EQ(word.peek(), 1u);
  EXPECT_TRUE(rig.handled.empty());
}

// The handler's store is still on its way when the last worker has returned.
TEST(Interrupts, WhatAHandlerStoredIsInMemoryWhenTheRunIsOver) {
  MachineSpec spec = unloaded_toy();
  spec.prices.interrupt.value = ns(10);  // the commit takes longer
  Rig rig(spec);
  Word& word = rig.word("word");
  rig.machine.on_interrupt(Vector::tlb_flush, [&](Cpu& cpu) {
    cpu.compute(ns(5'000));
    cpu.store(word, 1);
  });
  rig.on(0, [](Cpu& cpu) {
    PcpuSet targets = one(1);
    cpu.send_ipi(targets, Vector::tlb_flush);
    cpu.compute(ns(1'000));
  });
  rig.on(1, [](Cpu&) {});
  rig.run();
  EXPECT_LT(rig.machine.finished(), at_ns(2'000));
  EXPECT_EQ(word.peek(), 1u);
}

// What an interrupt takes comes on top; nothing of a copy is hidden behind it.
TEST(Interrupts, AtTheStartOfACopyDoNotShortenIt) {
  const auto copied = [](Time sent) {
    InterruptRig rig;
    rig.handler = ns(500);
    const Address to = rig.machine.memory().reserve("to", 2048, SocketId{0});
    const Address from = rig.machine.memory().reserve("from", 2048, SocketId{0});
    rig.send(0, 1, sent);
    Duration took;
    rig.on(1, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(2'000));
      took = taken(cpu, [&] {
        cpu.copy(to, from, 2048);
        cpu.compute(ns(1));
      });
    });
    rig.run();
    EXPECT_EQ(rig.handled.size(), 1u);
    return took;
  };
  const Duration without = copied(at_ns(1'000));
  for (int late = 1; late < 12; ++late) {
    const Time sent = at_ns(2'000 + late) - way;
    EXPECT_EQ(copied(sent), without + toy.interrupt.value + ns(500)) << late;
  }
}

TEST(Interrupts, OneEndsAComputationThatIsToEndWithItAndTheHandlersOwnTimeIsNotPartOfIt) {
  InterruptRig rig;
  rig.handler = ns(70);
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [&](Cpu& cpu) {
    const Duration left = cpu.compute_until_interrupt(ns(5'000));
    EXPECT_EQ(left, ns(5'000) - (at_ns(1'000) + way - Time{}));
    EXPECT_EQ(cpu.now(), at_ns(1'000) + way + ns(70) + toy.interrupt.value);
    EXPECT_EQ(cpu.compute_until_interrupt(left), Duration{});
  });
  rig.run();
  EXPECT_EQ(rig.spent(1, Cause::compute), ns(5'070));
}

// It comes while the pCPU may not take it, so it is due when the computation begins.
TEST(Interrupts, OneThatIsDueAlreadyEndsAComputationBeforeItHasBegun) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.compute(ns(5'000));
    cpu.set_interrupts(true);
    EXPECT_EQ(cpu.compute_until_interrupt(ns(300)), ns(300));
  });
  rig.run();
  EXPECT_EQ(rig.handled.size(), 1u);
}

TEST(Interrupts, TakingThemIsNoVerbAndWaitsForNone) {
  InterruptRig rig;
  rig.send(0, 1, at_ns(1'000));
  rig.on(1, [&](Cpu& cpu) {
    cpu.take_interrupts();
    EXPECT_EQ(cpu.now(), Time{});
    cpu.set_interrupts(false);
    cpu.compute(ns(5'000));
    cpu.take_interrupts();
    EXPECT_TRUE(rig.handled.empty());
    cpu.set_interrupts(true);
    cpu.take_interrupts();
    EXPECT_EQ(rig.handled.size(), 1u);
    EXPECT_EQ(cpu.now(), at_ns(5'000) + toy.interrupt.value);
  });
  rig.run();
}

}  // namespace
}  // namespace hvsim
