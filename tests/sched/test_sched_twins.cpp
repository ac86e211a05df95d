// Broken twins of the ways to wake and to choose, each found out by a rule; and that the ways as
// they are break none, in the same storms, held up at random as exploration does.
#include <gtest/gtest.h>

#include <array>

#include "sim/hw/noise.hpp"
#include "tests/sched/sched_lab.hpp"

namespace hvsim {
namespace {

// Holds up one verb in sixteen, and interrupts.
class Hindrance : public Noise {
 public:
  explicit Hindrance(std::uint64_t seed) : random_(seed, 900) {}

  Time verb(PcpuId pcpu, Time now) override {
    if (until_[pcpu.n] <= now && random_.chance(1, 16)) {
      until_[pcpu.n] = now + picoseconds(1 + random_.below(900'000));
      return until_[pcpu.n];
    }
    return now;
  }
  Time commit(PcpuId, Time now) override { return now; }
  Duration interrupt(PcpuId, Time) override { return picoseconds(random_.below(4'000'000)); }

 private:
  Random random_;
  std::array<Time, 16> until_{};
};

constexpr unsigned storm_pcpus = 3;

struct Storm {
  unsigned vcpus = 6;
  Duration slice = ns(9'000);
  std::uint32_t longest_ps = 2'000'000;  // of a computation
};

// Pairs of vCPUs that wake each other and sleep, again and again.
template <class AnyScheduler>
Finding storm(const std::string& kind, std::uint64_t seed, const Storm& how) {
  Hindrance noise(seed);
  Machine machine(unloaded_toy(), {.seed = seed, .noise = &noise});
  AnyScheduler scheduler(machine, {.kind = kind,
                                   .times = {.timeslice = how.slice, .ratelimit = ns(500)},
                                   .pcpus = storm_pcpus});
  PvDomain& domain = scheduler.add_domain({.name = "d1"});
  for (unsigned v = 0; v < how.vcpus; ++v) {
    const VcpuOptions options{.processor = PcpuId{v % storm_pcpus}};
    scheduler.add_vcpu(domain, options, [&domain, &how, v, seed](GuestCpu& guest) {
      Random random(seed, v);
      Vcpu& other = *domain.vcpus[v ^ 1u];
      for (unsigned turn = 0; turn < 100; ++turn) {
        guest.compute(picoseconds(random.below(how.longest_ps)));
        guest.notify(other);
        guest.block_until(guest.now() + ns(20'000));
        guest.progress();
      }
    });
  }
  for (const PcpuId pcpu : scheduler.pcpus()) {
    machine.start(pcpu, [&scheduler](Cpu& cpu) { scheduler.run(cpu); });
  }
  try {
    machine.run();
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return {};
}

// Whether one of many storms breaks that rule.
template <class Twin>
bool breaks(const std::string& rule, const std::string& kind, const Storm& how = {}) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    if (storm<Twin>(kind, seed, how).rule == rule) {
      return true;
    }
  }
  return false;
}

void expect_no_broken_rule(const std::string& kind, const Storm& how = {}) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Finding found = storm<Scheduler>(kind, seed, how);
    EXPECT_EQ(found.rule, "") << found.what << " (seed " << seed << ")";
  }
}

class SchedulersInAStorm : public testing::TestWithParam<std::string> {};

TEST_P(SchedulersInAStorm, BreakNoRule) {
  expect_no_broken_rule(GetParam());
}

// The wake takes no lock: it meets the pCPU that is choosing.
class WakesWithoutTheLock : public Scheduler {
 public:
  using Scheduler::Scheduler;
  std::unique_ptr<SchedulerLock> lock_of(Vcpu&) override {
    struct NoLock : SchedulerLock {
      void lock(Cpu&) override {}
      void unlock(Cpu&) override {}
    };
    return std::make_unique<NoLock>();
  }
};

TEST_P(SchedulersInAStorm, AWakeWithoutTheLockIsFound) {
  EXPECT_TRUE(breaks<WakesWithoutTheLock>("SCHED-S3", GetParam()));
}

// An event that came between the look before and the flag is not looked for again.
class BlocksWithoutASecondLook : public Scheduler {
 public:
  using Scheduler::Scheduler;

 protected:
  bool sees_event(Cpu&, Vcpu&) override { return false; }
};

TEST_P(SchedulersInAStorm, ABlockWithoutASecondLookAtTheEventIsFound) {
  EXPECT_TRUE(breaks<BlocksWithoutASecondLook>("SCHED-S4", GetParam()));
}

// The state that a vCPU is left in is not the one it was chosen by.
class LooksAtTheFlagsTwice : public Scheduler {
 public:
  using Scheduler::Scheduler;

 protected:
  std::uint32_t flags_at_choice(Cpu& cpu, Vcpu& vcpu, std::uint32_t) override {
    return cpu.load(vcpu.words.flags);
  }
};

TEST_P(SchedulersInAStorm, ALookAtTheFlagsAfterTheChoiceIsFound) {
  EXPECT_TRUE(breaks<LooksAtTheFlagsTwice>("SCHED-S3", GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Kinds, SchedulersInAStorm, testing::ValuesIn(scheduler_names()),
                         [](const auto& tested) { return tested.param; });

// Turns end often here, and pCPUs that have gone idle look for what the others have in their
// queues.
TEST(SchedulerTwins, AThiefThatTakesAVcpuThatIsStillBeingLeftIsFound) {
  const Storm turns{.vcpus = 8, .slice = ns(1'500), .longest_ps = 8'000'000};
  EXPECT_TRUE(breaks<Scheduler>("SCHED-S1", "round_robin_stealing_running", turns));
  expect_no_broken_rule("round_robin", turns);
}

}  // namespace
}  // namespace hvsim
