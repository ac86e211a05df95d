// Limits of a run: what is within them is untouched, what is beyond ends, and which it is does not
// depend on how the engine got there.
#include <gtest/gtest.h>

#include "sim/hw/run_limits.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

// Four pCPUs that fight over a word for a while.
struct Fight {
  explicit Fight(const RunOptions& options) : rig(unloaded_toy(), options) {
    Word& word = rig.word("word");
    for (const unsigned pcpu : {0u, 1u, 4u, 5u}) {
      rig.on(pcpu, [&word](Cpu& cpu) {
        for (int i = 0; i < 200; ++i) {
          cpu.fetch_add(word, 1);
          cpu.compute(ns(10));
          cpu.progress();
        }
      });
    }
  }
  Rig rig;
};

// Whether a fight ends as it would without limits.
bool is_within(const RunOptions& options) {
  Fight fight(options);
  try {
    fight.rig.run();
  } catch (const LimitReached&) {
    return false;
  }
  return true;
}

struct Whole {
  Duration time;
  std::uint64_t verbs;
};

Whole whole_fight(bool step) {
  RunOptions options;
  options.step_every_verb = step;
  Fight fight(options);
  fight.rig.run();
  return {fight.rig.machine.finished() - Time{}, fight.rig.machine.verbs()};
}

TEST(Limits, ARunMayTakeItsSimulatedTimeToThePicosecondAndNoMore) {
  for (const bool step : {false, true}) {
    const Whole whole = whole_fight(step);
    RunOptions options;
    options.step_every_verb = step;
    options.limits.simulated_time = whole.time;
    EXPECT_TRUE(is_within(options)) << step;
    options.limits.simulated_time -= picoseconds(1);
    EXPECT_FALSE(is_within(options)) << step;
  }
}

TEST(Limits, ARunMayTakeItsVerbsAndNotOneMore) {
  for (const bool step : {false, true}) {
    const Whole whole = whole_fight(step);
    RunOptions options;
    options.step_every_verb = step;
    options.limits.verbs = whole.verbs;
    EXPECT_TRUE(is_within(options)) << step;
    options.limits.verbs -= 1;
    EXPECT_FALSE(is_within(options)) << step;
  }
}

// It hits in its own cache, alone, and says that it gets on: nothing else would ever stop it.
void run_for_ever(RunLimit expected, const RunLimits& limits) {
  RunOptions options;
  options.limits = limits;
  options.no_progress_after = microseconds(50);  // one that runs alone is looked at that often
  Rig rig(unloaded_toy(), options);
  Word& word = rig.word("word");
  rig.on(0, [&word](Cpu& cpu) {
    while (true) {
      cpu.load(word);
      cpu.progress();
    }
  });
  try {
    rig.run();
    FAIL() << "it has no end";
  } catch (const LimitReached& reached) {
    EXPECT_EQ(reached.which(), expected);
  }
}

TEST(Limits, ARunWithoutEndEnds) {
  RunLimits limits;
  limits.verbs = 1'000;
  run_for_ever(RunLimit::verbs, limits);
  limits = {};
  limits.simulated_time = microseconds(5);
  run_for_ever(RunLimit::simulated_time, limits);
}

TEST(Limits, MemoryIsHandedOutToTheLastByteAndNoFurther) {
  RunOptions options;
  options.limits.memory = 1 << 20;
  Rig rig(unloaded_toy(), options);
  rig.machine.memory().reserve("all", 1 << 20, SocketId{0});
  try {
    rig.word("one more");
    FAIL() << "there was no room";
  } catch (const LimitReached& reached) {
    EXPECT_EQ(reached.which(), RunLimit::memory);
    EXPECT_EQ(reached.most(), 1u << 20);
  }
}

TEST(Limits, AMachineWhoseCacheTablesDoNotFitIsNotBuilt) {
  MachineSpec spec = unloaded_toy();
  spec.l3.bytes = std::uint64_t{1} << 30;
  RunOptions options;
  options.limits.memory = 100 << 20;  // two tables of 64 MiB are more
  EXPECT_THROW(Rig(spec, options), LimitReached);
}

TEST(Limits, OneWorkerMoreThanAllowedIsNotStarted) {
  RunOptions options;
  options.limits.strands = 2;
  Rig rig(unloaded_toy(), options);
  rig.on(0, [](Cpu&) {});
  rig.on(1, [](Cpu&) {});
  EXPECT_THROW(rig.on(2, [](Cpu&) {}), LimitReached);
}

}  // namespace
}  // namespace hvsim
