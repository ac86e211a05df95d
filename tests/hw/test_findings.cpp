// How a run that goes wrong is told: rule, instant, pCPU, place, and the verbs before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "sim/base/where.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

Finding finding_of(Rig& rig) {
  try {
    rig.run();
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  ADD_FAILURE() << "the run came to an end";
  return {};
}

TEST(Findings, NameTheRuleTheInstantThePcpuAndThePlace) {
  Rig rig;
  Word& word = rig.word("lock");
  int line = 0;
  rig.on(3, [&](Cpu& cpu) {
    cpu.compute(ns(700));
    line = Where::here().line + 1;
    cpu.violated("L-1", "two writers", &word);
  });
  rig.on(0, [](Cpu& cpu) { cpu.compute(ns(10'000)); });
  const Finding finding = finding_of(rig);
  EXPECT_EQ(finding.rule, "L-1");
  EXPECT_EQ(finding.what, "two writers");
  EXPECT_EQ(finding.at, at_ns(700));
  EXPECT_EQ(finding.pcpu, PcpuId{3});
  EXPECT_THAT(finding.place, EndsWith("tests/hw/test_findings.cpp:" + std::to_string(line)));
  EXPECT_TRUE(finding.verbs.empty());
}

TEST(Findings, TellTheLastVerbsOfAllPcpusOnTheLineInTheOrderOfTime) {
  Rig rig;
  struct Lock {
    Word owner;
    Word queue;
  };
  Lock& lock = rig.machine.memory().make<Lock>("lock", SocketId{0});
  rig.machine.memory().name(&lock.queue, 8, "lock.queue");
  Word& other = rig.word("other");
  rig.on(0, [&](Cpu& cpu) {
    cpu.fetch_add(lock.owner, 5);
    cpu.store(lock.queue, 7);
    cpu.load(other);
  });
  rig.on(4, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000));
    cpu.load(lock.queue);
    for (int i = 0; i < 3; ++i) {
      cpu.load(lock.owner);
    }
    cpu.violated("L-2", "seen", &lock.owner);
  });
  const Finding finding = finding_of(rig);
  EXPECT_THAT(finding.verbs,
              ElementsAre(HasSubstr("110.000 ns  pcpu 0  locked lock = 0  at "),
                          HasSubstr("110.000 ns  pcpu 0  store lock.queue = 7"),
                          HasSubstr("1100.000 ns  pcpu 4  load lock.queue = 7"),
                          HasSubstr("1104.000 ns  pcpu 4  load lock = 5 (3 times)")));
}

TEST(Findings, ASleepingWaitLoopIsToldAsThePollingOneIs) {
  const auto verbs = [](bool poll) {
    RunOptions options;
    options.poll_while_spinning = poll;
    Rig rig(unloaded_toy(), options);
    Word& word = rig.word("word");
    rig.on(0, [&](Cpu& cpu) {
      while (cpu.load(word) == 0) {
        cpu.relax();
      }
    });
    rig.on(1, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(5'000));
      cpu.store(word, 1);
      cpu.fence();
      cpu.compute(ns(500));
      cpu.violated("L-3", "after the wait", &word);
    });
    return finding_of(rig).verbs;
  };
  EXPECT_EQ(verbs(false), verbs(true));
  EXPECT_THAT(verbs(false), testing::Contains(HasSubstr("times)")));
}

TEST(Findings, AnExceptionOfAWorkerComesOutAsItIs) {
  Rig rig;
  rig.on(0, [](Cpu&) { throw std::out_of_range("worker"); });
  EXPECT_THROW(rig.run(), std::out_of_range);
}

// The last one to wait had run ahead on hits in its own cache.
TEST(Findings, ADeadlockIsAtTheInstantOfTheLastVerbHoweverItIsRun) {
  for (const bool step : {false, true}) {
    RunOptions options;
    options.step_every_verb = step;
    Rig rig(unloaded_toy(), options);
    Word& word = rig.word("word");
    Time last{};
    rig.on(0, [&](Cpu& cpu) {
      cpu.load(word);
      cpu.load(word);
      cpu.load(word);
      last = cpu.now();
      cpu.halt(Time::never());
    });
    const Finding finding = finding_of(rig);
    EXPECT_EQ(finding.rule, "deadlock");
    EXPECT_EQ(finding.at, last) << step;
  }
}

TEST(Findings, ADeadlockSpellsOutTheCircle) {
  Rig rig;
  const auto wait_for = [](const std::string& what, unsigned holder) {
    return [=](Cpu& cpu) {
      cpu.compute(ns(100 + holder));
      cpu.waits_for(what, PcpuId{holder});
      cpu.halt(Time::never());
    };
  };
  rig.on(1, wait_for("lock a", 6));
  rig.on(6, wait_for("lock b", 3));
  rig.on(3, wait_for("lock c", 6));
  const Finding finding = finding_of(rig);
  EXPECT_EQ(finding.rule, "deadlock");
  EXPECT_EQ(finding.pcpu, PcpuId{3});
  EXPECT_EQ(finding.at, at_ns(106));
  EXPECT_THAT(finding.verbs, ElementsAre(HasSubstr("pcpu 1 waits for lock a since 106 ns, at "),
                                         HasSubstr("pcpu 3 waits for lock c since 106 ns, at "),
                                         HasSubstr("pcpu 6 waits for lock b since 103 ns, at "),
                                         "circle: pcpu 3 -> pcpu 6 -> pcpu 3"));
  EXPECT_THAT(finding.verbs[0], EndsWith(", held by pcpu 6"));
}

TEST(Findings, ADeadlockWithoutACircleIsToldOfTheFirstThatNamedItsWait) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) { cpu.halt(Time::never()); });
  for (const unsigned pcpu : {2u, 3u}) {
    rig.on(pcpu, [](Cpu& cpu) {
      cpu.waits_for("an event", cpu.id());
      cpu.halt(Time::never());
    });
  }
  const Finding finding = finding_of(rig);
  EXPECT_EQ(finding.pcpu, PcpuId{2});
  EXPECT_THAT(finding.verbs, ElementsAre(HasSubstr("nothing it has named"), HasSubstr("an event"),
                                         HasSubstr("an event")));
}

TEST(Findings, AWaitThatIsOverIsNotToldAnyMore) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) {
    cpu.waits_for("lock a", PcpuId{0});
    cpu.waits_for_nothing();
    cpu.halt(Time::never());
  });
  EXPECT_THAT(finding_of(rig).verbs, ElementsAre(HasSubstr("waits for nothing it has named")));
}

TEST(Findings, AWaitLoopThatNobodyEndsIsADeadlockAsleepAndWithoutProgressAwake) {
  const auto rule = [](bool poll) {
    RunOptions options;
    options.poll_while_spinning = poll;
    options.no_progress_after = microseconds(50);
    Rig rig(unloaded_toy(), options);
    Word& word = rig.word("word");
    rig.on(0, [&](Cpu& cpu) {
      while (cpu.load(word) == 0) {
        cpu.relax();
      }
    });
    return finding_of(rig);
  };
  EXPECT_EQ(rule(false).rule, "deadlock");
  const Finding awake = rule(true);
  EXPECT_EQ(awake.rule, "no progress");
  EXPECT_EQ(awake.what, "no work was finished for 50 us");
  EXPECT_GE(awake.at, at_ns(50'000));
  EXPECT_LE(awake.at, at_ns(50'010));
}

TEST(Findings, WorkThatIsFinishedNowAndThenIsProgress) {
  RunOptions options;
  options.no_progress_after = microseconds(50);
  for (const bool progresses : {true, false}) {
    Rig rig(unloaded_toy(), options);
    rig.on(0, [progresses](Cpu& cpu) {
      for (int i = 0; i < 30; ++i) {
        cpu.compute(ns(10'000));
        if (progresses) {
          cpu.progress();
        }
      }
    });
    if (progresses) {
      rig.run();
    } else {
      EXPECT_EQ(finding_of(rig).rule, "no progress");
    }
  }
}

}  // namespace
}  // namespace hvsim
