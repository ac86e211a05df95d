// Shootdowns under way: nothing stale is used, the twins are found out, and what each kind costs.
#include "sim/hw/finding.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hvsim {
namespace {

using testing::HasSubstr;

// A toy whose TLB and caches have room for what a thread touches.
MachineSpec roomy_toy() {
  MachineSpec spec = toy_machine();
  spec.tlb_sets.value = 64;
  spec.tlb_ways.value = 4;
  spec.l1 = {64 << 10, 8};
  spec.l2 = {256 << 10, 8};
  spec.l3 = {8 << 20, 16};
  return spec;
}

Outcome storm(const std::string& shootdown, std::map<std::string, std::int64_t> more = {}) {
  std::map<std::string, std::int64_t> numbers = {{"threads", 4},
                                                 {"hot", 16},
                                                 {"reads", 16},
                                                 {"think", microseconds(8).ps},
                                                 {"duration", microseconds(300).ps}};
  for (const auto& [name, value] : more) {
    numbers[name] = value;
  }
  return run_workload(roomy_toy(), "tlb_shootdown", numbers, {{"shootdown", shootdown}});
}

// One thread without work, for long enough that a part of an operation does not count.
std::map<std::string, std::int64_t> alone(int hot, Duration visit = {}) {
  return {{"threads", 1},
          {"hot", hot},
          {"think", 0},
          {"visit", visit.ps},
          {"duration", milliseconds(4).ps}};
}

Finding finding_of(const std::string& shootdown, std::map<std::string, std::int64_t> more = {}) {
  try {
    storm(shootdown, std::move(more));
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return {};
}

TEST(TlbShootdownStorm, FindsNothingStaleWithAnyCorrectKindOfShootdown) {
  for (const char* kind : {"reload_cr3", "invlpg", "flush_all"}) {
    for (const std::int64_t visit : {0, 2}) {
      const Outcome outcome = storm(kind, {{"visit", microseconds(visit).ps}});
      EXPECT_GT(outcome.metrics.at("ops"), 20) << kind;
    }
  }
}

TEST(TlbShootdownStorm, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(storm("invlpg").digest, storm("invlpg").digest);
  EXPECT_NE(storm("invlpg").digest, storm("reload_cr3").digest);
}

TEST(TlbShootdownStorm, AnInitiatorThatDoesNotWaitIsFoundOut) {
  const Finding finding = finding_of("reload_cr3_without_wait");
  EXPECT_EQ(finding.rule, "TLB-S1");
  EXPECT_THAT(finding.what, HasSubstr("unmapped and shot down"));
  EXPECT_THAT(finding.what, HasSubstr("frame["));
}

// The target is in another address space, and comes back to translations that nobody dropped.
TEST(TlbShootdownStorm, DroppingOnlyTheCurrentPcidIsFoundOut) {
  for (const char* kind : {"reload_cr3_of_current_pcid", "invlpg_of_current_pcid"}) {
    EXPECT_EQ(finding_of(kind, {{"visit", microseconds(2).ps}}).rule, "TLB-S1") << kind;
    EXPECT_EQ(finding_of(kind, {{"visit", 0}}).rule, "") << kind << ", nobody is elsewhere";
  }
}

TEST(TlbShootdownStorm, OfOneThreadSendsNothing) {
  const Outcome outcome = storm("reload_cr3", {{"threads", 1}});
  EXPECT_EQ(outcome.traffic.ipis, 0u);
  EXPECT_GT(outcome.metrics.at("ops"), 20);
}

// A working set that is lost with every shootdown has to be fetched again.
TEST(TlbShootdownStorm, PaysForTheWorkingSetThatATargetDropsWithThePages) {
  const auto at = [](const char* kind, int hot) {
    return storm(kind, alone(hot)).metrics.at("thread_ps_per_op");
  };
  const std::int64_t lost = at("reload_cr3", 64) - at("reload_cr3", 0);
  const std::int64_t kept = at("invlpg", 64) - at("invlpg", 0);
  const Prices& price = roomy_toy().prices;
  const Duration walk = price.page_walk.value + price.l1_hit.value * 4 - price.tlb_hit.value;
  EXPECT_GE(lost - kept, (walk * 60).ps);
}

// With PCIDs a visit elsewhere costs no translations, without them all.
TEST(TlbShootdownStorm, VisitsWithPcidsKeepTheTranslations) {
  const auto visit = [](const char* kind, int hot) {
    const auto of = [&](Duration length) {
      return storm(kind, alone(hot, length)).metrics.at("thread_ps_per_op");
    };
    return of(microseconds(1)) - of(Duration{});
  };
  EXPECT_GT(visit("invlpg", 64), visit("invlpg", 0) + (nanoseconds(10) * 60).ps);
  EXPECT_LT(visit("invlpg_of_current_pcid", 64),
            visit("invlpg_of_current_pcid", 0) + (nanoseconds(10) * 6).ps);
}

}  // namespace
}  // namespace hvsim
