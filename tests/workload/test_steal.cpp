// Guests that schedule tasks on less time than they think: how wrong they are, by what they are
// told of it.
#include <gtest/gtest.h>

#include "sim/hw/finding.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

// Two guests of `vcpus` vCPUs on four pCPUs.
Outcome steal(std::int64_t vcpus, std::map<std::string, std::string> choices = {},
              std::map<std::string, std::int64_t> numbers = {}) {
  numbers.insert({"vcpus", vcpus});
  numbers.insert({"pcpus", 4});
  numbers.insert({"timeslice", microseconds(200).ps});
  numbers.insert({"ratelimit", microseconds(50).ps});
  numbers.insert({"burst", microseconds(20).ps});
  numbers.insert({"service", microseconds(5).ps});
  numbers.insert({"warm_up", milliseconds(1).ps});
  numbers.insert({"duration", milliseconds(8).ps});
  choices.insert({"scheduler", "round_robin"});
  return run_workload(toy_machine(), "steal", numbers, choices);
}

TEST(Steal, HardlyHappensToGuestsThatFit) {
  const Outcome out = steal(2);
  EXPECT_LT(out.metrics.at("steal_permille"), 20);
  EXPECT_LT(out.metrics.at("charge_error_permille"), 10);
}

TEST(Steal, IsAboutHalfOfTheTimeOfGuestsTwiceAsLarge) {
  const Outcome out = steal(4, {}, {{"io_every", 0}});
  EXPECT_GT(out.metrics.at("steal_permille"), 400);
  EXPECT_LT(out.metrics.at("steal_permille"), 600);
  EXPECT_GT(out.metrics.at("bursts_per_ms"), 4 * 40);  // four pCPUs, 20 us each, and overhead
  EXPECT_LT(out.metrics.at("bursts_per_ms"), 4 * 55);
}

TEST(Steal, IsChargedToTasksByAGuestThatIsNotTold) {
  const Outcome out = steal(4, {{"steal_from", "none"}}, {{"io_every", 0}});
  EXPECT_GT(out.metrics.at("charge_error_permille"), 500);
  EXPECT_GT(out.metrics.at("clock_error_ns"), milliseconds(1).ps / 1000);
}

TEST(Steal, IsKnownExactlyToAGuestThatAsksTheHypervisor) {
  const Outcome out = steal(4, {{"steal_from", "hypercall"}});
  EXPECT_LT(out.metrics.at("charge_error_permille"), 10);
  EXPECT_LT(out.metrics.at("clock_error_ns"), 5000);
}

TEST(Steal, IsKnownLateFromTheRecord) {
  const std::int64_t told = steal(4).metrics.at("clock_error_ns");
  const std::int64_t own = steal(4, {{"steal_from", "local"}}).metrics.at("clock_error_ns");
  const std::int64_t asked = steal(4, {{"steal_from", "hypercall"}}).metrics.at("clock_error_ns");
  EXPECT_LT(told, own);
  EXPECT_GT(told, asked);
}

TEST(Steal, MakesNoReadTornWithTheFlag) {
  for (const char* kind : {"update_flag", "flagged_area"}) {
    for (const char* placement : {"aligned", "straddling"}) {
      const Outcome out = steal(4, {{"runstate", kind}, {"placement", placement}});
      EXPECT_EQ(out.metrics.at("torn_reads"), 0);
      EXPECT_GT(out.metrics.at("remote_updates_per_ms"), 0);
    }
  }
}

TEST(Steal, IsReadByTheOldReaderOnItsOwnCpuAlone) {
  EXPECT_THROW(steal(4, {{"runstate", "plain_copy"}}), BadParameter);
  EXPECT_GT(
      steal(4, {{"runstate", "plain_copy"}, {"steal_from", "local"}}).metrics.at("bursts_per_ms"),
      0);
  EXPECT_GT(steal(4, {{"runstate", "plain_copy"}, {"steal_from", "hypercall"}})
                .metrics.at("bursts_per_ms"),
            0);
}

TEST(Steal, RefusesWhatDoesNotFit) {
  EXPECT_THROW(steal(17), BadParameter);  // nine vCPUs on a pCPU
  EXPECT_THROW(steal(4, {}, {{"pcpus", 9}}), BadParameter);
}

TEST(Steal, IsTheSameOnceMore) {
  EXPECT_EQ(steal(4).digest, steal(4).digest);
}

TEST(Steal, FindsRecordsThatAreWrong) {
  EXPECT_THROW(steal(4, {{"runstate", "update_flag_state_before_time"}}), RuleViolated);
}

}  // namespace
}  // namespace hvsim
