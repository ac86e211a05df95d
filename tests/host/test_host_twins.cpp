// The broken twins on real threads. Where it takes luck to meet a defect on a given processor the
// test tells how often it was met, and asks only that what is found is the rule that is broken.
//
// A host of many pCPUs with few workers makes a writer's look at all pointers last for
// microseconds and so opens the window of the defects that lie before or behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <optional>

#include "models/hypervisor/locks/rwlock.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/host_batches.hpp"

namespace hvsim {
namespace {

using testing::AnyOf;
using testing::Eq;

struct Meeting {
  unsigned pcpus = 2;
  std::uint32_t reader = 1;  // which pCPU reads; pCPU 0 writes
  std::uint64_t turns = HVSIM_HOST_TURNS;
  Duration no_progress_after = milliseconds(60'000);
};

// A reader and a writer that do nothing but come and go.
std::optional<Finding> meet(const std::string& kind, const Meeting& meeting) {
  HostMachine machine(
      {.cores_per_socket = meeting.pcpus, .no_progress_after = meeting.no_progress_after});
  const auto algorithm = make_rwlock(kind, "test", machine);
  auto& words = machine.memory().make<RwLockWords>("lock", SocketId{0});
  RwLock lock("lock", words, *algorithm, machine);
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    for (std::uint64_t i = 0; i < meeting.turns; ++i) {
      lock.write_lock(cpu);
      lock.write_unlock(cpu);
      cpu.progress();
    }
  });
  machine.start(PcpuId{meeting.reader}, [&](Cpu& cpu) {
    for (std::uint64_t i = 0; i < meeting.turns; ++i) {
      lock.read_lock(cpu);
      cpu.hypercall();
      lock.read_unlock(cpu);
      cpu.progress();
    }
  });
  try {
    machine.run();
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return std::nullopt;
}

// In how many of `runs` meetings the twin is found out; each time by one of the rules.
unsigned found(const std::string& twin, const Meeting& meeting, unsigned runs,
               const testing::Matcher<std::string>& rule) {
  unsigned times = 0;
  for (unsigned i = 0; i < runs; ++i) {
    if (const std::optional<Finding> finding = meet(twin, meeting)) {
      EXPECT_THAT(finding->rule, rule) << finding->what;
      ++times;
    }
  }
  std::cout << twin << ": found in " << times << " of " << runs << " runs of " << meeting.turns
            << " turns\n";
  return times;
}

// A lock of its own for every time that a reader and a writer come to it at once. The bare
// algorithm, for the lock that ghost checks share would empty the store buffers.
struct Once {
  RwLockWords lock;
  alignas(line_bytes) Shared<std::uint32_t> writes;
  alignas(line_bytes) Shared<std::uint32_t> reads;
  struct alignas(line_bytes) Line {
    Shared<std::uint32_t> word;
  };
  Line writers[4];  // lines of the writer, so that what the reader stores next is late
};

// Says in `mine` that it is in, and looks for a while whether the other one is.
bool meets_the_other(Cpu& cpu, Shared<std::uint32_t>& mine, const Shared<std::uint32_t>& other) {
  cpu.xchg(mine, 1);
  bool met = false;
  for (int i = 0; i < 20; ++i) {
    met = cpu.load(other) != 0 || met;
  }
  cpu.store(mine, 0);
  return met;
}

// How often both were in at once.
unsigned both_in(const std::string& kind, std::uint64_t runs) {
  const BatchShape shape{.runs = runs, .batch = 1000};
  HostMachine machine({});
  const auto algorithm = make_rwlock(kind, "test", machine);
  const auto locks = machine.memory().make_array<Once>("locks", shape.batch, SocketId{0});
  std::vector<std::uint8_t> writer_met(shape.batch);
  std::vector<std::uint8_t> reader_met(shape.batch);
  unsigned times = 0;
  BatchProgram program;
  program.bodies = {[&](Cpu& cpu, unsigned i) {
                      algorithm->write_lock(cpu, locks[i].lock);
                      writer_met[i] = meets_the_other(cpu, locks[i].writes, locks[i].reads);
                      algorithm->write_unlock(cpu, locks[i].lock);
                      for (Once::Line& line : locks[i].writers) {
                        cpu.store(line.word, 1);
                      }
                    },
                    [&](Cpu& cpu, unsigned i) {
                      cpu.load(locks[i].lock.activating);
                      for (Once::Line& line : locks[i].writers) {
                        cpu.store(line.word, 2);
                      }
                      algorithm->read_lock(cpu, locks[i].lock);
                      reader_met[i] = meets_the_other(cpu, locks[i].reads, locks[i].writes);
                      algorithm->read_unlock(cpu, locks[i].lock);
                    }};
  program.before = [](unsigned) {};  // a lock that nobody holds is as good as new
  program.after = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      times += (writer_met[i] | reader_met[i]) != 0 ? 1 : 0;
    }
  };
  run_batches(machine, program, shape);
  std::cout << kind << ": both in at once in " << times << " of " << runs << " meetings\n";
  return times;
}

TEST(HostTwins, AReaderMeetsAWriterOnlyWithoutItsFence) {
  EXPECT_EQ(both_in("percpu_rwlock", HVSIM_HOST_TURNS), 0u);
  EXPECT_EQ(both_in("percpu_rwlock_over_word", HVSIM_HOST_TURNS), 0u);
  both_in("percpu_rwlock_without_fence", HVSIM_HOST_TURNS);
}

TEST(HostTwins, AReaderWithoutItsFenceIsFoundByItsRulesIfAtAll) {
  found("percpu_rwlock_without_fence", {}, 3, AnyOf(Eq("GR-S1"), Eq("GR-S2")));
  EXPECT_FALSE(meet("percpu_rwlock", {}).has_value());
}

TEST(HostTwins, AWriterThatPollsBeforeItActivatesIsFoundByItsRulesIfAtAll) {
  const Meeting long_look{.pcpus = max_pcpus, .turns = HVSIM_HOST_TURNS / 4};
  found("percpu_rwlock_polling_before_activating", long_look, 4,
        AnyOf(Eq("GR-S1"), Eq("GR-S2"), Eq("GR-S3")));
  EXPECT_FALSE(meet("percpu_rwlock", long_look).has_value());
}

TEST(HostTwins, AReaderThatKeepsItsPointerIsFoundByItsRulesIfAtAll) {
  Meeting late_look{.pcpus = max_pcpus, .reader = max_pcpus - 1, .turns = HVSIM_HOST_TURNS / 4};
  EXPECT_FALSE(meet("percpu_rwlock", late_look).has_value());
  late_look.no_progress_after = milliseconds(200);
  found("percpu_rwlock_keeping_pointer", late_look, 3,
        AnyOf(Eq("no progress"), Eq("GR-S2"), Eq("GR-S3")));
}

// Certain, for it takes no second thread.
TEST(HostTwins, AWriterBitThatStaysKeepsTheNextReaderOutForEver) {
  HostMachine machine({.no_progress_after = milliseconds(100)});
  const auto algorithm = make_rwlock("word_rwlock_without_writer_bit_clear", "test", machine);
  auto& words = machine.memory().make<RwLockWords>("lock", SocketId{0});
  RwLock lock("lock", words, *algorithm, machine);
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    lock.write_lock(cpu);
    lock.write_unlock(cpu);
    lock.read_lock(cpu);
  });
  try {
    machine.run();
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "no progress");
    EXPECT_THAT(violated.finding().place, testing::HasSubstr("word_rwlock.cpp:"));
    EXPECT_THAT(violated.finding().verbs.front(), testing::HasSubstr("waits for lock"));
  }
}

}  // namespace
}  // namespace hvsim
