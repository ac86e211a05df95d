// The local interrupt controller: what comes first, what waits for an end-of-interrupt, the timer,
// and what its registers cost.
#include <optional>
#include <vector>

#include "sim/hw/lapic.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

using enum Vector;

Vector take_and_return(Lapic& lapic, std::int64_t now) {
  const Vector vector = lapic.take(Time{now});
  lapic.returned(vector);
  return vector;
}

TEST(Lapic, TakesOfWhatIsDueTheHighestVectorFirst) {
  Lapic lapic;
  EXPECT_EQ(lapic.next(), Time::never());
  lapic.deliver(call_function, Time{20});
  lapic.deliver(event_check, Time{25});
  lapic.deliver(tlb_flush, Time{30});
  EXPECT_EQ(lapic.next(), Time{20});
  EXPECT_EQ(take_and_return(lapic, 27), event_check);
  EXPECT_EQ(take_and_return(lapic, 30), tlb_flush);
  EXPECT_EQ(take_and_return(lapic, 30), call_function);
  EXPECT_EQ(lapic.next(), Time::never());
}

TEST(Lapic, TakesOnceWhatIsPendingTwice) {
  Lapic lapic;
  lapic.deliver(tlb_flush, Time{20});
  lapic.deliver(tlb_flush, Time{25});
  lapic.deliver(tlb_flush, Time{40});
  EXPECT_EQ(take_and_return(lapic, 27), tlb_flush);  // with the one of 25
  EXPECT_EQ(lapic.next(), Time{40});
}

// All of Xen's vectors are of one class, so none comes in between another's.
TEST(Lapic, LetsNothingOfTheSameClassInBeforeTheEndOfInterrupt) {
  Lapic lapic;
  lapic.deliver(timer, Time{20});
  lapic.deliver(tlb_flush, Time{30});
  EXPECT_EQ(lapic.take(Time{20}), timer);
  EXPECT_EQ(lapic.next(), Time::never());
  lapic.end_of_interrupt();
  EXPECT_EQ(lapic.next(), Time{30});
  lapic.end_of_interrupt();  // of nothing
  EXPECT_EQ(lapic.take(Time{30}), tlb_flush);
}

TEST(Lapic, EndsTheMostUrgentOfThoseThatAreHandled) {
  Lapic lapic;
  lapic.deliver(event_check, Time{20});
  lapic.take(Time{20});
  lapic.end_of_interrupt();
  lapic.deliver(tlb_flush, Time{21});
  lapic.take(Time{21});  // in between
  lapic.deliver(call_function, Time{22});
  EXPECT_EQ(lapic.next(), Time::never());
  lapic.end_of_interrupt();
  EXPECT_EQ(lapic.next(), Time{22});
}

TEST(Lapic, HasOneTimerThatFiresOnce) {
  Lapic lapic;
  lapic.set_timer(Time{50}, Time{10});
  lapic.set_timer(Time{40}, Time{20});
  EXPECT_EQ(lapic.next(), Time{40});
  EXPECT_EQ(take_and_return(lapic, 45), timer);
  EXPECT_EQ(lapic.next(), Time::never());
}

TEST(Lapic, KeepsATimerThatHasFiredWhenItIsSetAgain) {
  Lapic lapic;
  lapic.set_timer(Time{40}, Time{20});
  lapic.set_timer(Time::never(), Time{39});
  EXPECT_EQ(lapic.next(), Time::never());
  lapic.set_timer(Time{50}, Time{40});
  lapic.set_timer(Time{90}, Time{60});
  EXPECT_EQ(lapic.next(), Time{50});
  EXPECT_EQ(take_and_return(lapic, 60), timer);
  EXPECT_EQ(lapic.next(), Time{90});
}

// Writes down when each interrupt of a pCPU is handled.
struct TimerRig : Rig {
  explicit TimerRig(const MachineSpec& spec = unloaded_toy()) : Rig(spec) {
    machine.on_interrupt(timer, [this](Cpu& cpu) { fired.push_back(cpu.now()); });
  }
  std::vector<Time> fired;
};

TEST(Timer, FiresAtItsInstantOnItsOwnPcpu) {
  TimerRig rig;
  rig.on(3, [&](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.set_timer(at_ns(1'000)); }), rig.price.timer_set.value);
    cpu.compute(ns(5'000));
    EXPECT_EQ(cpu.now(), at_ns(5'000) + rig.price.timer_set.value + rig.price.interrupt.value);
  });
  rig.run();
  ASSERT_EQ(rig.fired.size(), 1u);
  EXPECT_EQ(rig.fired[0], at_ns(1'000));
}

TEST(Timer, WhoseInstantHasPassedFiresAtOnce) {
  TimerRig rig;
  rig.on(0, [](Cpu& cpu) {
    cpu.compute(ns(1'000));
    cpu.set_timer(at_ns(300));
    cpu.compute(ns(1'000));
  });
  rig.run();
  ASSERT_EQ(rig.fired.size(), 1u);
  EXPECT_EQ(rig.fired[0], at_ns(1'000) + rig.price.timer_set.value);
}

TEST(Timer, IsSetAgainByItsHandler) {
  TimerRig rig;
  rig.machine.on_interrupt(timer, [&](Cpu& cpu) {
    rig.fired.push_back(cpu.now());
    cpu.set_timer(rig.fired.back() + ns(1'000));
  });
  rig.on(0, [](Cpu& cpu) {
    cpu.set_timer(at_ns(1'000));
    while (cpu.now() < at_ns(4'500)) {
      cpu.halt(Time::never());
    }
    cpu.set_timer(Time::never());
    cpu.compute(ns(9'000));
  });
  rig.run();
  EXPECT_EQ(rig.fired, (std::vector{at_ns(1'000), at_ns(2'000), at_ns(3'000), at_ns(4'000)}));
}

TEST(Timer, EndsAWaitLoopThatSleeps) {
  TimerRig rig;
  Word& word = rig.word("word");
  rig.machine.on_interrupt(timer, [&](Cpu& cpu) { cpu.store(word, 1); });
  rig.on(0, [&](Cpu& cpu) {
    cpu.set_timer(at_ns(10'000));
    while (cpu.load(word) == 0) {
      cpu.relax();
    }
    EXPECT_GE(cpu.now(), at_ns(10'000));
  });
  rig.run();
}

TEST(Timer, WaitsWhileInterruptsAreOff) {
  TimerRig rig;
  rig.on(0, [](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.set_timer(at_ns(1'000));
    wait_until(cpu, at_ns(4'000));
    cpu.set_interrupts(true);
    cpu.compute(ns(1));
  });
  rig.run();
  EXPECT_EQ(rig.fired, std::vector{at_ns(4'000)});
}

TEST(Timer, FiresOnAPcpuWhoseWorkerHasReturnedAndDoesNotKeepTheRunGoing) {
  TimerRig rig;
  rig.on(0, [](Cpu& cpu) { cpu.set_timer(at_ns(1'000)); });
  rig.on(1, [](Cpu& cpu) {
    cpu.set_timer(at_ns(9'000));
    cpu.compute(ns(3'000));
  });
  rig.run();
  EXPECT_EQ(rig.fired, std::vector{at_ns(1'000)});
}

// A handler that lets interrupts in: before and after it says that it is done.
TEST(EndOfInterrupt, LetsOthersInBeforeTheHandlerReturns) {
  const auto second_handled = [](std::optional<Duration> ends_after) {
    Rig rig;
    Time second;
    rig.machine.on_interrupt(timer, [&](Cpu& cpu) {
      cpu.set_interrupts(true);
      if (ends_after) {
        cpu.compute(*ends_after);
        cpu.end_of_interrupt();
      }
      cpu.compute(ns(3'000) - ends_after.value_or(Duration{}));
    });
    rig.machine.on_interrupt(tlb_flush, [&](Cpu& cpu) { second = cpu.now(); });
    rig.on(0, [](Cpu& cpu) {
      cpu.set_timer(at_ns(1'000));
      cpu.compute(ns(9'000));
    });
    rig.on(1, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(2'000) - rig.price.ipi_send.value - rig.price.ipi_delivery.value);
      PcpuSet target;
      target.add(PcpuId{0});
      cpu.send_ipi(target, tlb_flush);
    });
    rig.run();
    return second;
  };
  EXPECT_EQ(second_handled(ns(1)), at_ns(2'000));
  EXPECT_EQ(second_handled(ns(1'500)), at_ns(2'500));
  EXPECT_EQ(second_handled({}), at_ns(4'000) + unloaded_toy().prices.interrupt.value);
}

// Two accesses more to send - is it idle, to whom - and one to end an interrupt.
TEST(Xapic, CostsMoreThanX2apicForEachAccessToARegister) {
  const auto end = [](ApicMode mode, unsigned pcpu) {
    MachineSpec spec = unloaded_toy();
    spec.apic = mode;
    Rig rig(spec);
    rig.machine.on_interrupt(tlb_flush, [](Cpu&) {});
    rig.on(0, [](Cpu& cpu) {
      PcpuSet targets;
      targets.add(PcpuId{1});
      targets.add(PcpuId{2});
      cpu.send_ipi(targets, tlb_flush);
    });
    Time woken[3];
    for (const unsigned n : {1u, 2u}) {
      rig.on(n, [&, n](Cpu& cpu) {
        cpu.halt(Time::never());
        woken[n] = cpu.now();
      });
    }
    rig.run();
    return woken[pcpu];
  };
  const Duration access = unloaded_toy().prices.xapic_access.value;
  const Duration sends = access * 2;
  EXPECT_EQ(end(ApicMode::xapic, 1) - end(ApicMode::x2apic, 1), sends + access);
  EXPECT_EQ(end(ApicMode::xapic, 2) - end(ApicMode::x2apic, 2), sends * 2 + access);
}

}  // namespace
}  // namespace hvsim
