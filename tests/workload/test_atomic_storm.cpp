// The storm on one word: what an operation costs alone and together, and its own check.
#include <gtest/gtest.h>

#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

Outcome storm(const std::string& op, std::map<std::string, std::int64_t> numbers) {
  numbers.insert({"duration", microseconds(50).ps});
  return run_workload(toy_machine(), "atomic_storm", numbers, {{"op", op}});
}

TEST(AtomicStorm, OneThreadPaysTheInstructionsAlone) {
  // The line stays owned in its L1: a locked instruction; a load and a locked one; a load.
  // The window need not end with an operation.
  const auto cost = [](const char* op) {
    return static_cast<double>(storm(op, {{"threads", 1}}).metrics.at("ps_per_op"));
  };
  EXPECT_NEAR(cost("fetch_add"), 10'000, 5);
  EXPECT_NEAR(cost("cmpxchg_loop"), 12'000, 5);
  EXPECT_NEAR(cost("load_only"), 2'000, 5);
}

TEST(AtomicStorm, FetchAddNeverFailsAndCmpxchgDoes) {
  const Outcome adds = storm("fetch_add", {{"threads", 8}});
  EXPECT_EQ(adds.metrics.at("failed_attempts_permille"), 0);
  EXPECT_EQ(adds.traffic.failed_cmpxchg, 0u);
  const Outcome loops = storm("cmpxchg_loop", {{"threads", 8}});
  EXPECT_GT(loops.metrics.at("failed_attempts_permille"), 100);
  EXPECT_LT(loops.metrics.at("failed_attempts_permille"), 1000);
  EXPECT_GT(loops.traffic.failed_cmpxchg, 0u);
}

TEST(AtomicStorm, ReadersOfALineThatNobodyWritesDoNotDisturbEachOther) {
  const std::int64_t one = storm("load_only", {{"threads", 1}}).metrics.at("ops");
  const std::int64_t eight = storm("load_only", {{"threads", 8}}).metrics.at("ops");
  EXPECT_GE(eight, one * 8 - 16);
  EXPECT_LE(eight, one * 8 + 16);
}

TEST(AtomicStorm, TwoThreadsAreSlowerTogetherThanOneAlone) {
  for (const char* op : {"fetch_add", "cmpxchg_loop"}) {
    EXPECT_LT(storm(op, {{"threads", 2}}).metrics.at("ops"),
              storm(op, {{"threads", 1}}).metrics.at("ops"))
        << op;
  }
}

TEST(AtomicStorm, SpreadThreadsMoveTheLineBetweenSocketsAndFilledOnesDoNot) {
  EXPECT_EQ(storm("fetch_add", {{"threads", 2}}).traffic.remote_transfers, 0u);
  EXPECT_GT(storm("fetch_add", {{"threads", 2}, {"spread", 1}}).traffic.remote_transfers, 100u);
}

// The workload's own check: a counter that lost an addition is found.
TEST(AtomicStorm, ALostAdditionIsFoundAtTheEnd) {
  const WorkloadKind& kind = kind_of("atomic_storm");
  const Values values = values_of(kind, {{"threads", 1}}, {{"op", "fetch_add"}});
  Machine machine(toy_machine(), {});
  const auto workload = kind.make(values);
  const std::vector<PcpuId> placed = workload->setup(machine);
  auto* const counter = static_cast<Shared<std::uint64_t>*>(machine.memory().host(0));
  machine.start(placed[0], [&](Cpu& cpu) {
    workload->run(cpu, 0);
    cpu.fetch_add(*counter, ~std::uint64_t{0});
  });
  machine.run();
  EXPECT_THROW(workload->check(machine.cpu(placed[0])), std::runtime_error);
}

}  // namespace
}  // namespace hvsim
