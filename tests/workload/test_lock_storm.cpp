// The storm on one lock: its rates, waits and parameters, and that its checks catch the twins.
#include <gtest/gtest.h>

#include "sim/hw/finding.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

Outcome storm(const std::string& lock, std::map<std::string, std::int64_t> numbers,
              std::uint64_t seed = 1) {
  numbers.insert({"duration", microseconds(50).ps});
  return run_workload(toy_machine(), "lock_storm", numbers, {{"lock", lock}}, seed);
}

TEST(LockStorm, OneReaderOfAnEmptySectionCostsWhatItsVerbsCost) {
  // word_rwlock: load, cmpxchg and lock dec on a line that stays owned in L1.
  const Outcome out = storm("word_rwlock", {{"threads", 1}});
  EXPECT_EQ(out.metrics.at("thread_ps_per_op"), out.metrics.at("ps_per_op"));
  EXPECT_GE(out.metrics.at("ps_per_op"), nanoseconds(2 + 10 + 10).ps);
  EXPECT_LE(out.metrics.at("ps_per_op"), nanoseconds(2 + 10 + 10 + 4).ps);
  EXPECT_EQ(out.metrics.at("writes"), 0);
  EXPECT_EQ(out.metrics.at("slowest_thread_permille"), 1000);
}

TEST(LockStorm, RatesAgreeWithEachOther) {
  const Outcome out = storm("fair_rwlock", {{"threads", 8}, {"section", nanoseconds(100).ps}});
  const std::int64_t ops = out.metrics.at("ops");
  EXPECT_GT(ops, 100);
  EXPECT_EQ(out.metrics.at("ops_per_ms"), ops * 20);
  EXPECT_EQ(out.metrics.at("ps_per_op"), microseconds(50).ps / ops);
  EXPECT_EQ(out.metrics.at("thread_ps_per_op"), microseconds(50).ps * 8 / ops);
  EXPECT_LE(out.metrics.at("slowest_thread_permille"), 1000);
}

TEST(LockStorm, EndsAfterItsTurnsIfItIsToldTo) {
  const Outcome out = storm("word_rwlock", {{"threads", 3},
                                            {"turns", 5},
                                            {"stores_before", 2},
                                            {"warm_up", microseconds(1).ps},
                                            {"write_fraction", 1'000'000'000}});
  EXPECT_EQ(out.traffic.locked_ops - out.traffic.failed_cmpxchg, 3 * 5 * 2u);
}

TEST(LockStorm, ThinkingAndWorkInsideTakeTheirTime) {
  const std::int64_t empty = storm("percpu_rwlock", {{"threads", 1}}).metrics.at("ps_per_op");
  const std::int64_t busy =
      storm("percpu_rwlock",
            {{"threads", 1}, {"think", nanoseconds(300).ps}, {"section", nanoseconds(500).ps}})
          .metrics.at("ps_per_op");
  // The pointer's way out of the store buffer overlaps with thinking, the loads inside add a
  // little.
  EXPECT_NEAR(static_cast<double>(busy - empty), static_cast<double>(nanoseconds(800).ps),
              static_cast<double>(nanoseconds(20).ps));
}

TEST(LockStorm, TheShareOfWritersIsTheOneAskedFor) {
  const Outcome out = storm("fair_rwlock", {{"threads", 8}, {"write_fraction", 250'000'000}});
  const std::int64_t share = out.metrics.at("writes") * 1000 / out.metrics.at("ops");
  EXPECT_GT(share, 200);
  EXPECT_LT(share, 300);
  EXPECT_GT(out.metrics.at("write_p50_wait_ns"), 0);
  EXPECT_GE(out.metrics.at("write_p99_wait_ns"), out.metrics.at("write_p50_wait_ns"));
  EXPECT_GE(out.metrics.at("read_p99_wait_ns"), out.metrics.at("read_p50_wait_ns"));
  EXPECT_GT(out.histograms.at("read_wait_ps").count(), 0u);
}

TEST(LockStorm, NestedReadersOfAPercpuLockPayLockedOperations) {
  const Outcome plain = storm("percpu_rwlock", {{"threads", 4}});
  const Outcome nested =
      storm("percpu_rwlock", {{"threads", 4}, {"nested_fraction", 1'000'000'000}});
  EXPECT_EQ(plain.traffic.locked_ops, 0u);
  EXPECT_GT(nested.traffic.locked_ops, 0u);
  EXPECT_LT(nested.metrics.at("ops"), plain.metrics.at("ops") / 2);
}

TEST(LockStorm, StoresBeforeATurnTakeTheTimeOfTheirMisses) {
  const Outcome none = storm("percpu_rwlock", {{"threads", 1}});
  const Outcome some = storm("percpu_rwlock", {{"threads", 1}, {"stores_before", 2}});
  EXPECT_GE(some.metrics.at("ps_per_op") - none.metrics.at("ps_per_op"), nanoseconds(190).ps);
  EXPECT_GT(some.traffic.dram_reads, none.traffic.dram_reads + 100);
}

TEST(LockStorm, OnlinePcpusCostWritersAlone) {
  const auto wait = [](std::int64_t online) {
    return storm("percpu_rwlock",
                 {{"threads", 2}, {"online", online}, {"write_fraction", 500'000'000}})
        .metrics.at("write_p50_wait_ns");
  };
  EXPECT_LT(wait(2), wait(8));
}

TEST(LockStorm, ParametersThatDoNotFitAreNamed) {
  const auto bad = [](std::map<std::string, std::int64_t> numbers) -> std::string {
    try {
      storm("fair_rwlock", std::move(numbers));
    } catch (const BadParameter& error) {
      return error.parameter();
    }
    return "";
  };
  EXPECT_EQ(bad({{"threads", 9}}), "threads");
  EXPECT_EQ(bad({{"threads", 5}, {"sockets", 1}}), "threads");
  EXPECT_EQ(bad({{"threads", 2}, {"sockets", 3}}), "sockets");
  EXPECT_EQ(bad({{"threads", 4}, {"online", 3}}), "online");
  EXPECT_EQ(bad({{"threads", 4}, {"online", 9}}), "online");
  EXPECT_EQ(bad({{"threads", 4}, {"sockets", 1}, {"online", 8}}), "");
}

TEST(LockStorm, SpreadWorkersMoveLinesBetweenSocketsAndFilledOnesDoNot) {
  const Outcome filled = storm("word_rwlock", {{"threads", 4}});
  const Outcome spread = storm("word_rwlock", {{"threads", 4}, {"spread", 1}});
  EXPECT_GT(spread.traffic.remote_transfers, 100u);
  EXPECT_LT(filled.traffic.remote_transfers, 10u);
}

TEST(LockStorm, EveryCorrectLockPassesItsChecksAndEveryTwinFailsThem) {
  const auto found = [](const std::string& lock) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      try {
        storm(lock,
              {{"threads", 8},
               {"write_fraction", 100'000'000},
               {"section", nanoseconds(60).ps},
               {"think", nanoseconds(400).ps},
               {"stores_before", 2}},
              seed);
      } catch (const RuleViolated& violated) {
        EXPECT_FALSE(violated.finding().place.empty());
        EXPECT_GT(violated.finding().at, Time{});
        return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(found("word_rwlock"));
  EXPECT_FALSE(found("fair_rwlock"));
  EXPECT_FALSE(found("percpu_rwlock"));
  EXPECT_FALSE(found("percpu_rwlock_over_word"));
  EXPECT_TRUE(found("word_rwlock_without_writer_bit_clear"));
  EXPECT_TRUE(found("percpu_rwlock_without_fence"));
  EXPECT_TRUE(found("percpu_rwlock_polling_before_activating"));
  EXPECT_TRUE(found("percpu_rwlock_keeping_pointer"));
}

// The workload's own checks: a write that was lost, and a lock that is not free in the end.
TEST(LockStorm, ALostWriteAndALockThatIsNotFreeAreFoundAtTheEnd) {
  const auto check_after = [](const std::string& broken_word) {
    const WorkloadKind& kind = kind_of("lock_storm");
    const Values values = values_of(kind, {{"threads", 2}, {"write_fraction", 500'000'000}},
                                    {{"lock", "word_rwlock"}});
    Machine machine(toy_machine(), {});
    const auto workload = kind.make(values);
    const std::vector<PcpuId> placed = workload->setup(machine);
    for (unsigned worker = 0; worker < placed.size(); ++worker) {
      machine.start(placed[worker], [&, worker](Cpu& cpu) { workload->run(cpu, worker); });
    }
    machine.run();
    Memory& memory = machine.memory();
    for (Address line = 0; line < memory.lines() * line_bytes; line += line_bytes) {
      if (memory.name_of(line) == broken_word) {
        static_cast<Shared<std::uint32_t>*>(memory.host(line))->poke(1'000'000);
      }
    }
    try {
      workload->check(machine.cpu(placed[0]));
    } catch (const RuleViolated& violated) {
      return violated.finding().rule;
    }
    return std::string("nothing");
  };
  EXPECT_EQ(check_after("storm.record"), "conservation");
  EXPECT_EQ(check_after("storm.lock"), "GR-S1");
  EXPECT_EQ(check_after("storm.inner_lock"), "GR-S1");
  EXPECT_EQ(check_after(""), "nothing");
}

TEST(LockStorm, TheSameSeedGivesTheSameDigest) {
  const std::map<std::string, std::int64_t> numbers = {{"threads", 8},
                                                       {"write_fraction", 10'000'000}};
  EXPECT_EQ(storm("percpu_rwlock", numbers, 3).digest, storm("percpu_rwlock", numbers, 3).digest);
  EXPECT_NE(storm("percpu_rwlock", numbers, 3).digest, storm("percpu_rwlock", numbers, 4).digest);
}

}  // namespace
}  // namespace hvsim
