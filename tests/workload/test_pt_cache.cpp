// Guests on shadowed L4s: what system calls, processes, changes and ends of tables cost.
#include <gtest/gtest.h>

#include "models/hypervisor/shadow/catalog.hpp"
#include "models/workload/pt_process.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

using Numbers = std::map<std::string, std::int64_t>;
using Choices = std::map<std::string, std::string>;

// Caches that hold what a guest uses, so that what is counted is copies.
MachineSpec roomy_toy() {
  MachineSpec spec = toy_machine();
  spec.l1 = {32768, 8};
  spec.l2 = {262144, 8};
  spec.l3 = {4194304, 16};
  return spec;
}

Outcome run_pt_cache(Numbers numbers, const Choices& choices, std::uint64_t seed = 1) {
  const Numbers usual = {{"pcpus", 4},
                         {"domains", 1},
                         {"warm_up", microseconds(100).ps},
                         {"duration", microseconds(300).ps}};
  numbers.insert(usual.begin(), usual.end());
  return run_workload(roomy_toy(), "pt_cache", numbers, choices, seed);
}

std::vector<std::string> correct_kinds() {
  std::vector<std::string> names;
  for (const L4LoaderKind& kind : l4_loader_kinds()) {
    if (!kind.broken) {
      names.push_back(kind.name);
    }
  }
  return names;
}

TEST(PtCache, ASystemCallCopiesInBothDirectionsWithOneShadowAndInNeitherWithACache) {
  const auto copies = [](const std::string& loader) {
    return run_pt_cache({{"processes", 1}, {"calls", 20}}, {{"loader", loader}})
        .metrics.at("copies_per_call_permille");
  };
  EXPECT_NEAR(static_cast<double>(copies("copy_every_switch")), 2000, 20);
  EXPECT_NEAR(static_cast<double>(copies("copy_if_changed")), 2000, 20);
  EXPECT_EQ(copies("mru_cache"), 0);
  EXPECT_EQ(copies("direct"), 0);
}

TEST(PtCache, ACycleOfTablesMissesAlwaysOrNever) {
  const auto misses = [](std::int64_t processes, const std::string& entries) {
    return run_pt_cache({{"processes", processes}, {"calls", 0}}, {{"entries", entries}})
        .metrics.at("miss_permille");
  };
  EXPECT_EQ(misses(2, "2"), 0);
  EXPECT_EQ(misses(4, "4"), 0);
  EXPECT_EQ(misses(5, "4"), 1000);
  EXPECT_EQ(misses(8, "8"), 0);
}

TEST(PtCache, BreaksNoRuleWhateverTheLoaderAndTheScheduler) {
  for (const std::string& loader : correct_kinds()) {
    for (const char* scheduler : {"pinned", "round_robin"}) {
      for (const char* replacement : {"lru", "fifo", "random"}) {
        const bool shares = loader != "direct";  // which is for tables that nobody shares
        const Outcome outcome = run_pt_cache(
            {{"domains", 2},
             {"processes", 3},
             {"calls", 2},
             {"timeslice", microseconds(20).ps},
             {"shared_fraction", shares ? 300'000'000 : 0},
             {"write_fraction", 300'000'000},
             {"exit_fraction", 200'000'000}},
            {{"loader", loader}, {"scheduler", scheduler}, {"replacement", replacement}});
        EXPECT_GT(outcome.metrics.at("writes"), 0) << loader;
        EXPECT_GT(outcome.metrics.at("frees"), 0) << loader;
      }
    }
  }
}

TEST(PtCache, TablesThatEndCostCallsWithTheCacheAlone) {
  const auto interrupts = [](const std::string& loader) {
    return run_pt_cache({{"calls", 2}, {"exit_fraction", 500'000'000}}, {{"loader", loader}})
        .metrics.at("call_ipis_per_ms");
  };
  EXPECT_EQ(interrupts("copy_every_switch"), 0);
  EXPECT_EQ(interrupts("copy_if_changed"), 0);
  EXPECT_GT(interrupts("mru_cache"), 100);
}

TEST(PtCache, DomainsThatTakeTurnsOnAPcpuCopyEachTime) {
  const Outcome outcome = run_pt_cache(
      {{"domains", 2}, {"processes", 1}, {"calls", 5}, {"timeslice", microseconds(10).ps}}, {});
  // A switch copies the table that is loaded, and the first call its other one.
  EXPECT_GE(outcome.metrics.at("sync_full"), outcome.metrics.at("context_switches"));
}

TEST(PtCache, GivesTheSameHistoryForASeedAndAnotherForAnother) {
  const Numbers numbers = {{"exit_fraction", 100'000'000}, {"write_fraction", 100'000'000}};
  EXPECT_EQ(run_pt_cache(numbers, {}).digest, run_pt_cache(numbers, {}).digest);
  EXPECT_NE(run_pt_cache(numbers, {}).digest, run_pt_cache(numbers, {}, 2).digest);
}

TEST(PtCache, RefusesMoreThanTheMachineOrASchedulerHolds) {
  EXPECT_THROW(run_pt_cache({{"pcpus", 9}}, {}), BadParameter);
  EXPECT_THROW(run_pt_cache({{"pcpus", 1}, {"vcpus", 9}}, {}), BadParameter);
}

TEST(ProcessPicker, GoesRoundOrDrawsTheFirstMoreOften) {
  Random random(1, 0);
  const ProcessPicker in_turn(NextProcess::in_turn, 3, 0);
  EXPECT_EQ(in_turn.next(1, random), 2u);
  EXPECT_EQ(in_turn.next(2, random), 0u);
  for (const unsigned halves : {0u, 2u}) {
    const ProcessPicker picker(NextProcess::at_random, 4, halves);
    std::array<int, 4> drawn{};
    for (int i = 0; i < 25'000; ++i) {
      ++drawn[picker.next(0, random)];
    }
    // Weights of 1, 1/2, 1/3 and 1/4 add up to 25/12.
    EXPECT_NEAR(drawn[0], halves == 0 ? 6250 : 12'000, 300);
    EXPECT_NEAR(drawn[3], halves == 0 ? 6250 : 3'000, 300);
  }
}

// The crossover of the sheet: with c for what a copy adds, h for what a hit of the cache adds, m
// for its misses, f for the tables freed a turn and b for what freeing one costs the whole host,
// the cache is better if and only if copies * c > h + m * c + f * b. All but f are measured where
// hardly a process ends; then the formula has to tell who is faster where more do.
TEST(PtCache, TheCrossoverFormulaTellsWhichLoaderIsFaster) {
  struct Measured {
    double turn = 0;   // ps of a pCPU
    double frees = 0;  // a turn
  };
  const auto measure = [](const std::string& loader, std::int64_t exits) {
    const auto metrics = run_pt_cache({{"pcpus", 2},
                                       {"calls", 1},
                                       {"duration", milliseconds(2).ps},
                                       {"exit_fraction", exits}},
                                      {{"loader", loader}, {"scheduler", "pinned"}})
                             .metrics;
    const auto turns = static_cast<double>(metrics.at("calls_per_ms")) * 2;
    return Measured{2.0 * static_cast<double>(milliseconds(2).ps) / turns,
                    static_cast<double>(metrics.at("frees")) / turns};
  };
  const std::int64_t few = 10'000'000;  // one process in a hundred turns
  const Measured old_none = measure("copy_every_switch", 0);
  const Measured new_none = measure("mru_cache", 0);
  const Measured old_few = measure("copy_every_switch", few);
  const Measured new_few = measure("mru_cache", few);
  const double saved = old_none.turn - new_none.turn;  // copies * c - h - m * c, a turn
  const double b = (new_few.turn - new_none.turn - (old_few.turn - old_none.turn)) / new_few.frees;
  EXPECT_GT(saved, 0);
  EXPECT_GT(b, 0);
  for (const std::int64_t exits : {few, 20 * few, 100 * few}) {
    const Measured with_one = measure("copy_every_switch", exits);
    const Measured with_cache = measure("mru_cache", exits);
    EXPECT_EQ(saved > with_cache.frees * b, with_cache.turn < with_one.turn)
        << "at " << exits << ": saved " << saved << ", f " << with_cache.frees << ", b " << b;
  }
}

}  // namespace
}  // namespace hvsim
