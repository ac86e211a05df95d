// Storms of vCPUs: shares, and that those that sleep cost nothing.
#include <gtest/gtest.h>

#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

using Numbers = std::map<std::string, std::int64_t>;

Outcome run_storm(Numbers numbers, const std::string& scheduler = "credit") {
  numbers.emplace("timeslice", microseconds(200).ps);
  numbers.emplace("ratelimit", microseconds(20).ps);
  return run_workload(toy_machine(), "vcpu_storm", numbers, {{"scheduler", scheduler}});
}

// Not the same number: how often one has its turn depends on who wakes it.
TEST(VcpuStorm, EveryVcpuGetsTurnsAtEightAPcpu) {
  for (const char* scheduler : {"round_robin", "credit"}) {
    const Outcome outcome = run_storm(
        {{"domains", 4}, {"awake", 8}, {"pcpus", 4}, {"duration", milliseconds(8).ps}}, scheduler);
    EXPECT_GT(outcome.metrics.at("fewest_to_most_permille"), 100) << scheduler;
    EXPECT_GT(outcome.metrics.at("migrations_per_1000_turns"), 0) << scheduler;
  }
}

// What a millisecond more costs, in the requests that leave a core.
std::uint64_t locked_ops_of_a_millisecond(std::int64_t sleepers) {
  const auto run = [&](std::int64_t ms) {
    return run_storm({{"domains", 2},
                      {"awake", 4},
                      {"sleepers", sleepers},
                      {"duration", milliseconds(ms).ps}})
        .traffic.locked_ops;
  };
  return run(2) - run(1);
}

TEST(VcpuStorm, VcpusThatSleepCostNothingWhileTheySleep) {
  const std::uint64_t alone = locked_ops_of_a_millisecond(0);
  const std::uint64_t beside_sleepers = locked_ops_of_a_millisecond(28);
  EXPECT_GT(alone, 1000u);
  EXPECT_LT(beside_sleepers, alone + alone / 20);
}

TEST(VcpuStorm, WhatDoesNotFitIsAMistakeOfTheParameters) {
  EXPECT_THROW(run_storm({{"domains", 10}, {"awake", 8}}), BadParameter);
  EXPECT_THROW(run_storm({{"pcpus", 9}}), BadParameter);
}

}  // namespace
}  // namespace hvsim
