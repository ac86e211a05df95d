// The credit scheduler: shares, boost, ratelimit.
#include <gtest/gtest.h>

#include "tests/sched/sched_lab.hpp"

namespace hvsim {
namespace {

SchedulerOptions credit(unsigned pcpus, Duration slice, Duration ratelimit) {
  return {.kind = "credit", .times = {.timeslice = slice, .ratelimit = ratelimit}, .pcpus = pcpus};
}

// Computes until `end`; says how much it got done.
void work_until(GuestCpu& guest, Time end, Duration& done) {
  while (guest.now() < end) {
    guest.compute(ns(5'000));
    done += ns(5'000);
    guest.progress();
  }
}

TEST(CreditScheduler, GivesEveryVcpuOfAPcpuTheSameShare) {
  SchedLab lab(credit(1, ns(300'000), ns(10'000)));
  std::vector<Duration> done(4);
  for (Duration& mine : done) {
    lab.on(0, [&](GuestCpu& guest) { work_until(guest, at_ns(12'000'000), mine); });
  }
  lab.run();
  for (const Duration mine : done) {
    EXPECT_GE(mine, ns(2'700'000));
    EXPECT_LE(mine, ns(3'300'000));
  }
}

// Three on two pCPUs: without moving them, two of them had half a pCPU and one a whole.
TEST(CreditScheduler, GivesTheSameShareToVcpusThatDoNotDivideByThePcpus) {
  SchedLab lab(credit(2, ns(300'000), ns(10'000)));
  std::vector<Duration> done(3);
  for (unsigned v = 0; v < 3; ++v) {
    lab.on(v % 2, [&, v](GuestCpu& guest) {
      guest.block_until(at_ns(37'000 * (v + 1)));  // so that no two slices end at one instant
      work_until(guest, at_ns(12'000'000), done[v]);
    });
  }
  lab.run();
  for (const Duration mine : done) {
    EXPECT_GT(mine, ns(7'000'000));
    EXPECT_LT(mine, ns(9'000'000));
  }
}

// One that sleeps most of the time is woken every 200 us beside two that compute.
Duration worst_wait_of_a_sleeper(const SchedulerOptions& options) {
  SchedLab lab(options);
  Vcpu& sleeper = lab.on(0, [](GuestCpu& guest) {
    for (unsigned turn = 0; turn < 40; ++turn) {
      guest.block_until(guest.now() + ns(200'000));
      guest.compute(ns(5'000));
      guest.progress();
    }
  });
  Duration done{};
  for (unsigned v = 0; v < 2; ++v) {
    lab.on(0, [&](GuestCpu& guest) { work_until(guest, at_ns(10'000'000), done); });
  }
  lab.run();
  return sleeper.longest_wait;
}

TEST(CreditScheduler, AWakeIsBoostedPastThoseThatCompute) {
  EXPECT_LT(worst_wait_of_a_sleeper(credit(1, ns(1'000'000), ns(10'000))), ns(15'000));
  EXPECT_GT(worst_wait_of_a_sleeper(
                {.kind = "round_robin", .times = {.timeslice = ns(1'000'000)}, .pcpus = 1}),
            ns(900'000));
}

// It sleeps for 200 us, so the one that runs then has 100 us to go.
TEST(CreditScheduler, NobodyIsInterruptedBeforeTheRatelimit) {
  const Duration wait = worst_wait_of_a_sleeper(credit(1, ns(1'000'000), ns(300'000)));
  EXPECT_GT(wait, ns(90'000));
  EXPECT_LT(wait, ns(105'000));
}

}  // namespace
}  // namespace hvsim
