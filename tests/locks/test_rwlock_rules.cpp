// What a named lock checks for every algorithm: ownership, self-deadlock, its algorithm's words.
#include <gtest/gtest.h>

#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "models/hypervisor/locks/word_rwlock.hpp"
#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

constexpr const char* here = "tests/locks/test_rwlock_rules.cpp";
constexpr const char* correct[] = {"word_rwlock", "fair_rwlock", "percpu_rwlock",
                                   "percpu_rwlock_over_word"};

TEST(RwLockRules, AskingAgainForALockThatIsHeldIsFoundBeforeItHangs) {
  for (const char* kind : correct) {
    for (const bool holds_write : {false, true}) {
      for (const bool wants_write : {false, true}) {
        Lab lab(kind);
        lab.on(3, [&](Cpu& cpu) {
          holds_write ? lab.a->write_lock(cpu) : lab.a->read_lock(cpu);
          wants_write ? lab.a->write_lock(cpu) : lab.a->read_lock(cpu);
        });
        const auto finding = lab.find();
        expect_finding(finding, "GR-D1", here);
        EXPECT_EQ(finding->pcpu, PcpuId{3});
      }
    }
  }
}

TEST(RwLockRules, ReleasingALockThatIsNotHeldIsFound) {
  for (const char* kind : correct) {
    for (const bool write : {false, true}) {
      Lab lab(kind);
      lab.on(0, [&](Cpu& cpu) {
        write ? lab.a->write_lock(cpu) : lab.a->read_lock(cpu);
        cpu.compute(microseconds(5));
      });
      lab.on(6, [&](Cpu& cpu) {
        cpu.compute(microseconds(1));
        write ? lab.a->write_unlock(cpu) : lab.a->read_unlock(cpu);
      });
      const auto finding = lab.find();
      expect_finding(finding, "GR-S4", here);
      EXPECT_EQ(finding->pcpu, PcpuId{6});
    }
  }
}

TEST(RwLockRules, ReleasingForReadingWhatIsHeldForWritingIsFound) {
  for (const char* kind : correct) {
    Lab lab(kind);
    lab.on(0, [&](Cpu& cpu) {
      lab.a->write_lock(cpu);
      lab.a->read_unlock(cpu);
    });
    expect_finding(lab.find(), "GR-S4", here);
  }
}

// An algorithm that lets everybody in, to see the named lock's own exclusion check.
class OpenDoor : public RwLockAlgorithm {
 public:
  bool read_lock(Cpu& cpu, RwLockWords&) override { return cpu.compute(nanoseconds(1)), false; }
  void read_unlock(Cpu& cpu, RwLockWords&) override { cpu.compute(nanoseconds(1)); }
  bool write_lock(Cpu& cpu, RwLockWords&) override { return cpu.compute(nanoseconds(1)), false; }
  void write_unlock(Cpu& cpu, RwLockWords&) override { cpu.compute(nanoseconds(1)); }
  bool write_locked(const RwLockWords&) const override { return false; }
  void check(Cpu&, const RwLockWords&, bool) override {}
};

TEST(RwLockRules, AWriterBesideAnybodyIsFoundTheMomentItHappens) {
  for (const bool first_writes : {false, true}) {
    for (const bool second_writes : {false, true}) {
      Machine machine(toy_machine(), {});
      OpenDoor door;
      auto& words = machine.memory().make<RwLockWords>("door", SocketId{0});
      RwLock lock("door", words, door, machine);
      machine.start(PcpuId{0}, [&](Cpu& cpu) {
        first_writes ? lock.write_lock(cpu) : lock.read_lock(cpu);
        cpu.compute(microseconds(3));
        first_writes ? lock.write_unlock(cpu) : lock.read_unlock(cpu);
      });
      machine.start(PcpuId{7}, [&](Cpu& cpu) {
        cpu.compute(microseconds(1));
        second_writes ? lock.write_lock(cpu) : lock.read_lock(cpu);
        cpu.compute(microseconds(1));
        second_writes ? lock.write_unlock(cpu) : lock.read_unlock(cpu);
      });
      std::optional<Finding> finding;
      try {
        machine.run();
      } catch (const RuleViolated& violated) {
        finding = violated.finding();
      }
      if (!first_writes && !second_writes) {
        EXPECT_FALSE(finding.has_value());
        continue;
      }
      expect_finding(finding, "GR-S1", here);
      EXPECT_EQ(finding->pcpu, PcpuId{7});
      EXPECT_EQ(finding->at, Time{} + microseconds(1) + nanoseconds(1));
    }
  }
}

// The words of the lock are broken behind the algorithm's back; the next check must see it.
std::optional<Finding> find_after(const char* kind, bool write,
                                  const std::function<void(RwLockWords&)>& breakage) {
  Machine machine(toy_machine(), {});
  const auto algorithm = make_rwlock(kind, "test", machine);
  auto& words = machine.memory().make<RwLockWords>("a", SocketId{0});
  RwLock lock("a", words, *algorithm, machine);
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    write ? lock.write_lock(cpu) : lock.read_lock(cpu);
    cpu.ghost_point();
    breakage(words);
    write ? lock.write_unlock(cpu) : lock.read_unlock(cpu);
  });
  try {
    machine.run();
    lock.check_free(machine.cpu(PcpuId{1}));
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return std::nullopt;
}

TEST(RwLockRules, WordsThatDoNotShowTheWriterAreFound) {
  const auto lose = [](RwLockWords& words) { words.word.poke(0); };
  expect_finding(find_after("word_rwlock", true, lose), "GR-S1", "rwlock.cpp");
  expect_finding(find_after("fair_rwlock", true, lose), "GR-S1", "rwlock.cpp");
  expect_finding(find_after("percpu_rwlock", true, lose), "GR-S3", "percpu_rwlock_check.cpp");
}

TEST(RwLockRules, WordsThatShowAWriterBesideAReaderAreFound) {
  expect_finding(
      find_after("word_rwlock", false, [](RwLockWords& words) { words.word.poke(1u << 31); }),
      "GR-S1", "rwlock.cpp");
  expect_finding(
      find_after("fair_rwlock", false, [](RwLockWords& words) { words.word.poke(256 + 255); }),
      "GR-S1", "rwlock.cpp");
}

TEST(RwLockRules, ActivatingWithoutAWriterIsFound) {
  expect_finding(
      find_after("percpu_rwlock", false, [](RwLockWords& words) { words.activating.poke(1); }),
      "GR-S3", "percpu_rwlock_check.cpp");
  expect_finding(
      find_after("percpu_rwlock", true, [](RwLockWords& words) { words.activating.poke(0); }),
      "GR-S3", "percpu_rwlock_check.cpp");
}

TEST(RwLockRules, ALockThatIsNotBackToWhatItWasIsFoundAtTheEnd) {
  for (const char* kind : correct) {
    expect_finding(find_after(kind, false, [](RwLockWords& words) { words.queue.poke(1u << 16); }),
                   "GR-S1", "rwlock.cpp");
    EXPECT_FALSE(find_after(kind, false, [](RwLockWords&) {}).has_value());
    EXPECT_FALSE(find_after(kind, true, [](RwLockWords&) {}).has_value());
  }
}

// Lets a test break a pCPU's pointer.
class Glass : public PercpuRwlock {
 public:
  explicit Glass(Host& host) : PercpuRwlock("glass", host, std::make_unique<FairRwlock>()) {}
  Pointer& of(const Cpu& cpu) { return pointer(cpu); }
  std::uint64_t names(const RwLockWords& lock) const { return key(lock); }
};

std::optional<Finding> find_with_pointer(bool write, bool afterwards, unsigned whose,
                                         bool names_it) {
  Machine machine(toy_machine(), {});
  Glass glass(machine);
  auto& words = machine.memory().make<RwLockWords>("a", SocketId{0});
  RwLock lock("a", words, glass, machine);
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    write ? lock.write_lock(cpu) : lock.read_lock(cpu);
    const auto unlock = [&] { write ? lock.write_unlock(cpu) : lock.read_unlock(cpu); };
    if (afterwards) {
      unlock();
      cpu.fence();
    }
    cpu.ghost_point();
    glass.of(machine.cpu(PcpuId{whose})).poke(names_it ? glass.names(words) : 0);
    if (afterwards) {
      lock.read_lock(cpu);
    }
    unlock();
  });
  try {
    machine.run();
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return std::nullopt;
}

TEST(RwLockRules, APointerThatDoesNotSayWhatItsPcpuReadsIsFound) {
  // A reader without its pointer; a pointer beside a writer; a pointer left behind.
  expect_finding(find_with_pointer(false, false, 1, false), "GR-S2", "percpu_rwlock_check.cpp");
  expect_finding(find_with_pointer(true, false, 5, true), "GR-S2", "percpu_rwlock_check.cpp");
  expect_finding(find_with_pointer(false, true, 1, true), "GR-S2", "percpu_rwlock.cpp");
}

TEST(RwLockRules, APointerLeftByAnEarlierReaderIsFoundByTheNextWriter) {
  Machine machine(toy_machine(), {});
  Glass glass(machine);
  auto& words = machine.memory().make<RwLockWords>("a", SocketId{0});
  RwLock lock("a", words, glass, machine);
  machine.start(PcpuId{5}, [&](Cpu& cpu) {
    lock.read_lock(cpu);
    lock.read_unlock(cpu);
  });
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    cpu.compute(microseconds(5));
    lock.write_lock(cpu);
    cpu.ghost_point();
    glass.of(machine.cpu(PcpuId{5})).poke(glass.names(words));
    lock.write_unlock(cpu);
  });
  std::optional<Finding> finding;
  try {
    machine.run();
  } catch (const RuleViolated& violated) {
    finding = violated.finding();
  }
  expect_finding(finding, "GR-S2", "percpu_rwlock_check.cpp");
}

// The finding of check_free() after a run in which one reader of a per-CPU lock may stay inside.
std::string rule_at_the_end(bool stays,
                            const std::function<void(RwLockWords&, Glass&)>& breakage) {
  Machine machine(toy_machine(), {});
  Glass glass(machine);
  auto& words = machine.memory().make<RwLockWords>("a", SocketId{0});
  RwLock lock("a", words, glass, machine);
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    lock.read_lock(cpu);
    if (!stays) {
      lock.read_unlock(cpu);
    }
  });
  machine.run();
  breakage(words, glass);
  try {
    lock.check_free(machine.cpu(PcpuId{1}));
  } catch (const RuleViolated& violated) {
    return violated.finding().rule;
  }
  return "nothing";
}

TEST(RwLockRules, WhatIsLeftOfALockInTheEndIsFound) {
  const auto nothing = [](RwLockWords&, Glass&) {};
  EXPECT_EQ(rule_at_the_end(false, nothing), "nothing");
  EXPECT_EQ(rule_at_the_end(true, nothing), "GR-S1");
  EXPECT_EQ(rule_at_the_end(false, [](RwLockWords& words, Glass&) { words.activating.poke(1); }),
            "GR-S3");
  Machine other(toy_machine(), {});
  const Cpu& pcpu6 = other.cpu(PcpuId{6});
  EXPECT_EQ(
      rule_at_the_end(false, [&](RwLockWords& words,
                                 Glass& glass) { glass.of(pcpu6).poke(glass.names(words)); }),
      "GR-S2");
}

TEST(RwLockRules, AWordThatChangedUnderItsWriterIsFoundByTheReleaseItself) {
  Machine machine(toy_machine(), {});
  const auto algorithm = make_rwlock("word_rwlock", "test", machine);
  auto& words = machine.memory().make<RwLockWords>("a", SocketId{0});
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    algorithm->write_lock(cpu, words);
    cpu.ghost_point();
    words.word.poke(words.word.peek() + 1);
    algorithm->write_unlock(cpu, words);
  });
  std::optional<Finding> finding;
  try {
    machine.run();
  } catch (const RuleViolated& violated) {
    finding = violated.finding();
  }
  expect_finding(finding, "GR-S1", "word_rwlock.cpp");
}

TEST(RwLockRules, StatisticsTellContendedAcquisitionsFromOthers) {
  for (const char* kind : correct) {
    Lab lab(kind);
    lab.on(0, [&](Cpu& cpu) {
      lab.a->write_lock(cpu);
      cpu.compute(microseconds(4));
      lab.a->write_unlock(cpu);
    });
    lab.on(4, [&](Cpu& cpu) {
      cpu.compute(microseconds(1));
      lab.a->read_lock(cpu);
      lab.a->read_unlock(cpu);
      lab.a->read_lock(cpu);
      lab.a->read_unlock(cpu);
    });
    lab.run();
    const LockStat& stat = *lab.machine.locks().at(0);
    ASSERT_EQ(stat.name, "a");
    EXPECT_EQ(stat.acquisitions, 3u) << kind;
    EXPECT_EQ(stat.contentions, 1u) << kind;
    EXPECT_GE(stat.waittime_total, microseconds(2)) << kind;
    EXPECT_GE(stat.holdtime_max, microseconds(4)) << kind;
  }
}

TEST(RwLockRules, TheCatalogListsTwinsLastAndKnowsEveryName) {
  bool twins = false;
  Machine machine(toy_machine(), {});
  for (const RwLockKind& kind : rwlock_kinds()) {
    EXPECT_FALSE(twins && !kind.broken) << kind.name;
    twins = kind.broken;
    EXPECT_NE(make_rwlock(kind.name, "class_of_" + kind.name, machine), nullptr);
    EXPECT_FALSE(kind.doc.empty());
  }
  EXPECT_EQ(rwlock_names().size(), rwlock_kinds().size());
  EXPECT_THROW(make_rwlock("no_such_lock", "test", machine), std::logic_error);
}

}  // namespace
}  // namespace hvsim
