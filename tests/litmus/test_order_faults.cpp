// Wrong models of x86-TSO: the litmus tests that are shipped notice every one of them, and
// docs/validation.md says which test notices which.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "sim/hw/order_fault.hpp"
#include "tests/litmus/packs.hpp"

namespace hvsim::litmus {
namespace {

// A buffer is shared by two threads of a core, so its tests run two a core.
LitmusMachineOptions with(OrderFault fault) {
  return {.siblings = fault == OrderFault::siblings_share_buffer, .fault = fault};
}

struct Noticed {
  std::vector<std::string> by_forbidden;
  std::vector<std::string> by_missing;
};

Noticed noticed(const std::vector<LitmusTest>& tests, OrderFault fault) {
  Noticed by;
  for (const LitmusTest& test : tests) {
    const LitmusVerdict verdict = judge_litmus(test, search_litmus(test, with(fault)),
                                               LitmusModel::tso, LitmusMode::exhaustive);
    if (!verdict.forbidden.empty()) {
      by.by_forbidden.push_back(test.name);
    } else if (!verdict.missing.empty()) {
      by.by_missing.push_back(test.name);
    }
  }
  return by;
}

// Not more than two names, and how many more there are.
std::string names(const std::vector<std::string>& tests) {
  std::string text;
  for (std::size_t i = 0; i < tests.size() && i < 2; ++i) {
    text += (i == 0 ? "" : ", ") + tests[i];
  }
  return tests.size() > 2 ? text + " and " + std::to_string(tests.size() - 2) + " more"
         : text.empty()   ? "-"
                          : text;
}

std::string table() {
  std::string text =
      "| wrong model | what is wrong | sees what is forbidden | misses what is allowed |\n"
      "|---|---|---|---|\n";
  for (const OrderFaultInfo& info : order_faults()) {
    const Noticed by = noticed(own_pack(), info.fault);
    text += std::string("| `") + info.name + "` | " + info.meaning + " | " +
            names(by.by_forbidden) + " | " + names(by.by_missing) + " |\n";
  }
  return text;
}

std::string validation_page() {
  std::ifstream in(HVSIM_SOURCE_DIR "/docs/validation.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(OrderFaults, EveryWrongModelIsNoticedAndTheDocumentSaysByWhichTest) {
  const std::string expected = table();
  EXPECT_EQ(expected.find("| - | - |"), std::string::npos) << "nobody notices:\n" << expected;
  EXPECT_NE(validation_page().find(expected), std::string::npos)
      << "the table in docs/validation.md should be:\n"
      << expected;
}

TEST(OrderFaults, EveryOneHasANameOfItsOwnAndTheRightModelNone) {
  std::set<std::string> seen;
  for (const OrderFaultInfo& info : order_faults()) {
    EXPECT_NE(info.fault, OrderFault::none);
    EXPECT_TRUE(seen.insert(info.name).second) << info.name;
  }
  EXPECT_EQ(seen.size(), 21u);
}

// A wrong model that is strict where x86-TSO is lax shows nothing forbidden: only a search that
// must see all that is allowed can notice it.
TEST(OrderFaults, ModelsThatAreTooStrictAreNoticedByWhatTheyMiss) {
  for (const OrderFault fault : {OrderFault::stores_drain_at_once, OrderFault::three_entries,
                                 OrderFault::drains_at_fences_only}) {
    const Noticed by = noticed(own_pack(), fault);
    EXPECT_TRUE(by.by_forbidden.empty());
    EXPECT_FALSE(by.by_missing.empty());
  }
}

TEST(OrderFaultsSlow, ThePublicTestsNoticeAllButThreeWrongModels) {
  std::vector<std::string> unnoticed;
  for (const OrderFaultInfo& info : order_faults()) {
    const Noticed by = noticed(public_pack(), info.fault);
    if (by.by_forbidden.empty() && by.by_missing.empty()) {
      unnoticed.emplace_back(info.name);
    }
  }
  const std::vector<std::string> expected = {"two_entries", "three_entries",
                                             "overlap_reads_memory"};
  EXPECT_EQ(unnoticed, expected);
}

}  // namespace
}  // namespace hvsim::litmus
