// pCPUs that go offline and come back.
#include <gtest/gtest.h>

#include <set>

#include "tests/sched/sched_lab.hpp"

namespace hvsim {
namespace {

class Hotplug : public testing::TestWithParam<std::string> {
 protected:
  SchedulerOptions options(unsigned pcpus) const {
    return {.kind = GetParam(),
            .times = {.timeslice = ns(50'000), .ratelimit = ns(5'000)},
            .pcpus = pcpus};
  }
};

TEST_P(Hotplug, WhatRunsAndWhatWaitsGoesElsewhereAndNothingRunsThere) {
  SchedLab lab(options(3));
  std::set<unsigned> seen;  // pCPUs that ran a guest while 1 was offline
  for (unsigned v = 0; v < 6; ++v) {
    lab.on(v % 2, [&](GuestCpu& guest) {
      while (guest.now() < at_ns(1'000'000)) {
        guest.compute(ns(7'000));
        if (guest.now() > at_ns(300'000) && guest.now() < at_ns(800'000)) {
          seen.insert(guest.pcpu().n);
        }
      }
    });
  }
  lab.on(2, [&](GuestCpu& guest) {
    guest.block_until(at_ns(200'000));
    guest.hypercall([&](Cpu& cpu) { EXPECT_TRUE(lab.scheduler.take_offline(cpu, PcpuId{1})); });
    guest.block_until(at_ns(850'000));
    guest.hypercall([&](Cpu& cpu) { lab.scheduler.bring_online(cpu, PcpuId{1}); });
  });
  lab.run();
  EXPECT_EQ(seen, (std::set<unsigned>{0, 2}));
}

TEST_P(Hotplug, OneThatSleepsGoesElsewhereWhenItIsWoken) {
  SchedLab lab(options(2));
  Vcpu& sleeper = lab.on(1, [&](GuestCpu& guest) {
    guest.block();
    EXPECT_EQ(guest.pcpu(), PcpuId{0});
  });
  lab.on(0, [&](GuestCpu& guest) {
    guest.compute(ns(50'000));
    guest.hypercall([&](Cpu& cpu) { lab.scheduler.take_offline(cpu, PcpuId{1}); });
    guest.compute(ns(50'000));
    guest.notify(sleeper);
  });
  lab.run();
  EXPECT_EQ(sleeper.migrations, 1u);
}

TEST_P(Hotplug, TheLastOneOnlineStays) {
  SchedLab lab(options(2));
  lab.on(0, [&](GuestCpu& guest) {
    guest.hypercall([&](Cpu& cpu) {
      EXPECT_TRUE(lab.scheduler.take_offline(cpu, PcpuId{1}));
      EXPECT_FALSE(lab.scheduler.take_offline(cpu, PcpuId{0}));
      lab.scheduler.bring_online(cpu, PcpuId{1});
    });
  });
  lab.run();
}

TEST_P(Hotplug, OneThatMayRunNowhereElseWaitsUntilItsPcpuIsBack) {
  SchedLab lab(options(2));
  PcpuSet only;
  only.add(PcpuId{1});
  lab.scheduler.add_vcpu(*lab.domain, {.processor = PcpuId{1}, .affinity = only},
                         [&](GuestCpu& guest) {
                           guest.compute(ns(300'000));
                           EXPECT_EQ(guest.pcpu(), PcpuId{1});
                           EXPECT_GT(guest.now(), at_ns(700'000));
                         });
  lab.on(0, [&](GuestCpu& guest) {
    guest.compute(ns(100'000));
    guest.hypercall([&](Cpu& cpu) { lab.scheduler.take_offline(cpu, PcpuId{1}); });
    guest.block_until(at_ns(600'000));
    guest.hypercall([&](Cpu& cpu) { lab.scheduler.bring_online(cpu, PcpuId{1}); });
  });
  lab.run();
}

INSTANTIATE_TEST_SUITE_P(Kinds, Hotplug, testing::ValuesIn(scheduler_names()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace hvsim
