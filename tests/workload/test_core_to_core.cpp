// The matrix of one-way times comes out as the machine's hand-over prices.
#include <gtest/gtest.h>

#include "sim/hw/finding.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

Outcome play(const std::map<std::string, std::int64_t>& numbers, const std::string& pairs,
             MachineSpec spec = toy_machine()) {
  return run_workload(spec, "core_to_core", numbers, {{"pairs", pairs}});
}

TEST(CoreToCore, TheMatrixIsTheMachinesHandOverPrice) {
  const Outcome out = play({{"rounds", 50}}, "all");
  EXPECT_EQ(out.metrics.at("pairs"), 28);
  EXPECT_NEAR(static_cast<double>(out.metrics.at("same_socket_ps")), 40'000, 4'000);
  EXPECT_NEAR(static_cast<double>(out.metrics.at("other_socket_ps")), 100'000, 10'000);
  EXPECT_EQ(out.metrics.count("same_core_ps"), 0u);
  for (unsigned a = 0; a < 8; ++a) {
    for (unsigned b = a + 1; b < 8; ++b) {
      const std::string name = "one_way_ps[" + std::to_string(a) + "," + std::to_string(b) + "]";
      const std::int64_t expected = a / 4 == b / 4 ? 40'000 : 100'000;
      ASSERT_EQ(out.metrics.count(name), 1u);
      EXPECT_NEAR(static_cast<double>(out.metrics.at(name)), static_cast<double>(expected),
                  static_cast<double>(expected) / 10)
          << name;
    }
  }
  EXPECT_EQ(out.histograms.at("one_way_ps").count(), 28u);
}

TEST(CoreToCore, OnePairAloneIsLikeTheSamePairAmongAll) {
  const Outcome all = play({{"rounds", 50}}, "all");
  const Outcome one = play({{"rounds", 50}, {"first", 2}, {"second", 5}}, "one");
  EXPECT_EQ(one.metrics.at("pairs"), 1);
  EXPECT_EQ(one.metrics.count("same_socket_ps"), 0u);
  EXPECT_NEAR(static_cast<double>(one.metrics.at("other_socket_ps")),
              static_cast<double>(all.metrics.at("one_way_ps[2,5]")), 1'000);
}

TEST(CoreToCore, ThreadsOfACoreAreNearest) {
  MachineSpec spec = toy_machine();
  spec.cores_per_socket = 2;
  spec.threads_per_core = 2;
  const Outcome out = play({{"rounds", 20}}, "all", spec);
  EXPECT_LT(out.metrics.at("same_core_ps"), out.metrics.at("same_socket_ps"));
  EXPECT_LT(out.metrics.at("same_socket_ps"), out.metrics.at("other_socket_ps"));
  // pCPU 4 is the second thread of core 0.
  EXPECT_EQ(out.metrics.at("one_way_ps[0,4]"), out.metrics.at("same_core_ps"));
}

// The workload's own checks: rounds that were not played, and a word that somebody else changed.
TEST(CoreToCore, MissingRoundsAndAStrayBallAreFoundAtTheEnd) {
  const WorkloadKind& kind = kind_of("core_to_core");
  const Values values = values_of(kind, {{"rounds", 5}, {"second", 5}}, {{"pairs", "one"}});
  for (const bool play : {false, true}) {
    Machine machine(toy_machine(), {});
    const auto workload = kind.make(values);
    const std::vector<PcpuId> placed = workload->setup(machine);
    for (unsigned worker = 0; play && worker < placed.size(); ++worker) {
      machine.start(placed[worker], [&, worker](Cpu& cpu) { workload->run(cpu, worker); });
    }
    if (play) {
      machine.run();
      EXPECT_NO_THROW(workload->check(machine.cpu(placed[0])));
      ASSERT_EQ(machine.memory().name_of(0), "ball");
      static_cast<Shared<std::uint32_t>*>(machine.memory().host(0))->poke(1);
    }
    EXPECT_THROW(workload->check(machine.cpu(placed[0])), RuleViolated);
  }
}

TEST(CoreToCore, PcpusThatDoNotExistOrPlayWithThemselvesAreRefused) {
  EXPECT_THROW(play({{"first", 8}, {"second", 1}}, "one"), BadParameter);
  EXPECT_THROW(play({{"first", 0}, {"second", 8}}, "one"), BadParameter);
  EXPECT_THROW(play({{"first", 3}, {"second", 3}}, "one"), BadParameter);
}

}  // namespace
}  // namespace hvsim
