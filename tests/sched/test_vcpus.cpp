// vCPUs: that they run, sleep and wake, wherever they are.
#include <gtest/gtest.h>

#include "tests/sched/sched_lab.hpp"

namespace hvsim {
namespace {

SchedulerOptions on_pcpus(const std::string& kind, unsigned pcpus, Duration slice = ns(100'000)) {
  return {.kind = kind, .times = {.timeslice = slice, .ratelimit = slice / 10}, .pcpus = pcpus};
}

class Vcpus : public testing::TestWithParam<std::string> {};

TEST_P(Vcpus, EveryBodyRunsToItsEnd) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  unsigned ended = 0;
  for (unsigned v = 0; v < 6; ++v) {
    lab.on(v % 2, [&](GuestCpu& guest) {
      guest.compute(ns(250'000));
      ++ended;
    });
  }
  lab.run();
  EXPECT_EQ(ended, 6u);
  EXPECT_GE(lab.machine.finished(), at_ns(750'000));
  EXPECT_LT(lab.machine.finished(), at_ns(800'000));
}

TEST_P(Vcpus, ABlockedOneIsWokenByAnEventFromAnotherPcpu) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  Time woken;
  Vcpu& sleeper = lab.on(0, [&](GuestCpu& guest) {
    guest.block();
    woken = guest.now();
  });
  lab.on(1, [&](GuestCpu& guest) {
    guest.compute(ns(20'000));
    guest.notify(sleeper);
    guest.compute(ns(20'000));
  });
  lab.run();
  EXPECT_GT(woken, at_ns(20'000));
  EXPECT_LT(woken, at_ns(30'000));
  EXPECT_EQ(sleeper.wakes, 2u);  // the first is its start
}

TEST_P(Vcpus, AnEventThatComesFirstIsNotLost) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  Vcpu* sleeper = nullptr;
  lab.on(1, [&](GuestCpu& guest) { guest.notify(*sleeper); });
  sleeper = &lab.on(0, [&](GuestCpu& guest) {
    guest.compute(ns(50'000));
    const Time asked = guest.now();
    guest.block();
    EXPECT_LT(guest.now(), asked + ns(1'000));
  });
  lab.run();
}

TEST_P(Vcpus, APollEndsWhenItsTimeHasComeOrAnEventHas) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  Vcpu& sleeper = lab.on(0, [&](GuestCpu& guest) {
    EXPECT_FALSE(guest.block_until(at_ns(30'000)));
    EXPECT_GE(guest.now(), at_ns(30'000));
    EXPECT_LT(guest.now(), at_ns(33'000));
    EXPECT_TRUE(guest.block_until(at_ns(300'000)));
    EXPECT_LT(guest.now(), at_ns(110'000));
    EXPECT_FALSE(guest.block_until(at_ns(200'000)));  // an old timer does not end a later sleep
    EXPECT_GE(guest.now(), at_ns(200'000));
  });
  lab.on(1, [&](GuestCpu& guest) {
    guest.compute(ns(100'000));
    guest.notify(sleeper);
  });
  lab.run();
}

// Two of a pCPU send each other events ten thousand times, and so do two of two pCPUs.
TEST_P(Vcpus, NoWakeUpIsLostInALongExchange) {
  for (const unsigned pcpus : {1u, 2u}) {
    SchedLab lab(on_pcpus(GetParam(), pcpus));
    Vcpu* pair[2] = {};
    for (unsigned v = 0; v < 2; ++v) {
      pair[v] = &lab.on(v % pcpus, [&, v](GuestCpu& guest) {
        for (unsigned turn = 0; turn < 2'000; ++turn) {
          if (turn % 2 == v) {
            guest.notify(*pair[1 - v]);
          } else {
            guest.block();
          }
          guest.progress();
        }
      });
    }
    lab.run();
  }
}

TEST_P(Vcpus, YieldingLetsAnotherOfThePcpuGoFirst) {
  SchedLab lab(on_pcpus(GetParam(), 1));
  std::string order;
  for (const char name : {'a', 'b', 'c'}) {
    lab.on(0, [&, name](GuestCpu& guest) {
      for (unsigned turn = 0; turn < 3; ++turn) {
        order += name;
        guest.yield();
      }
    });
  }
  lab.run();
  EXPECT_EQ(order, "abcabcabc");
}

TEST_P(Vcpus, AHypercallIsNotPreemptedAndTheGuestIsOnItsWayOut) {
  SchedLab lab(on_pcpus(GetParam(), 1, ns(10'000)));
  bool inside = false;
  for (unsigned v = 0; v < 2; ++v) {
    lab.on(0, [&](GuestCpu& guest) {
      for (unsigned turn = 0; turn < 5; ++turn) {
        guest.hypercall([&](Cpu& cpu) {
          EXPECT_FALSE(inside);
          inside = true;
          cpu.compute(ns(15'000));
          inside = false;
        });
      }
    });
  }
  lab.run();
  if (GetParam() != "pinned") {
    EXPECT_EQ(lab.scheduler.vcpus()[0]->switched_to, 6u);
  }
}

TEST_P(Vcpus, AllBlockedForEverIsADeadlock) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  lab.on(0, [](GuestCpu& guest) { guest.block(); });
  EXPECT_EQ(finding_of(lab).rule, "deadlock");
}

TEST_P(Vcpus, AFindingInAGuestUnwindsAllOfThem) {
  SchedLab lab(on_pcpus(GetParam(), 2));
  Word& word = lab.word("word");
  for (unsigned v = 0; v < 6; ++v) {
    lab.on(v % 2, [&, v](GuestCpu& guest) {
      guest.compute(ns(10'000 + v * 100'000));
      guest.violated("rule", "what", &word, Where::here());
    });
  }
  EXPECT_EQ(finding_of(lab).rule, "rule");
}

TEST(RoundRobinScheduler, GivesEveryVcpuItsSliceInTurn) {
  SchedLab lab(on_pcpus("round_robin", 1));
  std::vector<Time> ends;
  for (unsigned v = 0; v < 4; ++v) {
    lab.on(0, [&](GuestCpu& guest) {
      guest.compute(ns(1'000'000));
      ends.push_back(guest.now());
    });
  }
  lab.run();
  ASSERT_EQ(ends.size(), 4u);
  EXPECT_GT(ends[0], at_ns(3'600'000));  // the others have had nine slices each by then
  for (const auto& vcpu : lab.scheduler.vcpus()) {
    EXPECT_LE(vcpu->longest_wait, ns(310'000));
    EXPECT_GE(vcpu->longest_wait, ns(290'000));
  }
}

// What it waits for is stored by a vCPU that needs its pCPU.
TEST(RoundRobinScheduler, AGuestInAWaitLoopLosesItsPcpuAtTheEndOfItsSlice) {
  for (const bool poll : {false, true}) {
    SchedLab lab(on_pcpus("round_robin", 1), {.poll_while_spinning = poll});
    Word& word = lab.word("word");
    lab.on(0, [&](GuestCpu& guest) {
      while (guest.load(word) == 0) {
        guest.relax();
      }
      EXPECT_GT(guest.now(), at_ns(100'000));
      EXPECT_LT(guest.now(), at_ns(120'000));
    });
    lab.on(0, [&](GuestCpu& guest) { guest.store(word, 1); });
    lab.run();
  }
}

TEST(RoundRobinScheduler, AnIdlePcpuTakesWhatWaitsForOthers) {
  SchedLab lab(on_pcpus("round_robin", 4));
  for (unsigned v = 0; v < 4; ++v) {
    lab.on(0, [](GuestCpu& guest) { guest.compute(ns(1'000'000)); });
  }
  lab.run();
  EXPECT_LT(lab.machine.finished(), at_ns(1'020'000));
}

TEST(PinnedScheduler, KeepsAVcpuUntilItBlocks) {
  SchedLab lab(on_pcpus("pinned", 1));
  std::string order;
  for (const char name : {'a', 'b'}) {
    lab.on(0, [&, name](GuestCpu& guest) {
      guest.compute(ns(1'000'000));
      order += name;
    });
  }
  lab.run();
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(lab.scheduler.switches(), 2u);
}

std::vector<std::string> correct_schedulers() {
  return scheduler_names();
}

INSTANTIATE_TEST_SUITE_P(Kinds, Vcpus, testing::ValuesIn(correct_schedulers()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace hvsim
