// The network workload: lock pairs a packet as the sheet's tables say, conservation, and its
// checks.
#include <gtest/gtest.h>

#include "models/workload/vif_context.hpp"
#include "models/workload/vif_measure.hpp"
#include "sim/hw/finding.hpp"
#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

using Numbers = std::map<std::string, std::int64_t>;
using Choices = std::map<std::string, std::string>;

Values default_values() {
  Values values;
  for (const Parameter& parameter : kind_of("vif_transfer").parameters) {
    if (parameter.type == Parameter::Type::choice) {
      values.set(parameter.name, parameter.fallback_choice);
    } else {
      values.set(parameter.name, parameter.fallback);
    }
  }
  return values;
}

Outcome run_vif(Numbers numbers, const Choices& choices = {}, std::uint64_t seed = 1,
                const MachineSpec& spec = toy_machine()) {
  numbers.emplace("queues", 2);
  numbers.emplace("window", 2);
  numbers.emplace("warm_up", microseconds(100).ps);
  numbers.emplace("duration", microseconds(900).ps);
  return run_workload(spec, "vif_transfer", numbers, choices, seed);
}

void expect_pairs(const Outcome& outcome, std::int64_t a, std::int64_t b, std::int64_t own,
                  std::int64_t p2m) {
  EXPECT_EQ(outcome.metrics.at("grant_a_pairs_per_1000_skbs"), a * 1000);
  EXPECT_EQ(outcome.metrics.at("grant_b_pairs_per_1000_skbs"), b * 1000);
  EXPECT_EQ(outcome.metrics.at("grant_dom0_pairs_per_1000_skbs"), own * 1000);
  EXPECT_EQ(outcome.metrics.at("p2m_pairs_per_1000_skbs"), p2m * 1000);
  EXPECT_GT(outcome.metrics.at("skbs"), 0);
}

TEST(VifTransfer, TakesTheLockPairsOfTableC1ForA64KiBPacket) {
  expect_pairs(run_vif({}), 87, 34, 17, 35);
}

// The same work, whoever runs it: on as many pCPUs as before, and on half of them.
TEST(VifTransfer, TakesTheSameLockPairsOnVcpusOfEveryScheduler) {
  for (const char* scheduler : {"pinned", "round_robin", "credit"}) {
    SCOPED_TRACE(scheduler);
    expect_pairs(run_vif({{"dom0_vcpus", 4}}, {{"scheduler", scheduler}}), 87, 34, 17, 35);
    expect_pairs(
        run_vif({{"dom0_vcpus", 4}, {"vcpu_pcpus", 4}, {"wake_within", milliseconds(50).ps}},
                {{"scheduler", scheduler}}),
        87, 34, 17, 35);
  }
}

TEST(VifTransfer, TakesTheLockPairsOfTableC2ForA1500BytePacket) {
  expect_pairs(run_vif({{"skb", 1500}}), 7, 2, 1, 3);
}

TEST(VifTransfer, TakesTheLockPairsOfTableC3IfPacketsAreCopiedOnTheWayIn) {
  expect_pairs(run_vif({}, {{"tx", "copy"}}), 34, 34, 0, 34);
  expect_pairs(run_vif({{"skb", 1500}}, {{"tx", "copy"}}), 2, 2, 0, 2);
}

TEST(VifTransfer, ClaimsBsFirstPageOnceMoreForAHeaderElement) {
  expect_pairs(run_vif({{"rx_header_op", 1}}), 87, 36, 17, 36);
}

TEST(VifTransfer, LooksNothingUpInAP2mForPvGuests) {
  expect_pairs(run_vif({}, {{"guests", "pv"}}), 87, 34, 17, 0);
}

TEST(VifTransfer, KeepsTheTablesForEveryLockAndLayout) {
  for (const char* lock : {"word_rwlock", "fair_rwlock", "percpu_rwlock"}) {
    expect_pairs(run_vif({{"duration", microseconds(300).ps}},
                         {{"grant_lock", lock}, {"p2m_lock", lock}, {"grefs", "random"}}),
                 87, 34, 17, 35);
  }
}

TEST(VifTransfer, FlushesAtLeastOnceAGroupOf32) {
  const Outcome outcome = run_vif({});
  EXPECT_GE(outcome.metrics.at("flushes_per_1000_skbs"), 17'000 / 32);
  EXPECT_LE(outcome.metrics.at("flushes_per_1000_skbs"), 1000);
  EXPECT_EQ(run_vif({}, {{"tx", "copy"}}).metrics.at("flushes_per_1000_skbs"), 0);
}

TEST(VifTransfer, CountsOnlyPayloadOfTheWindow) {
  const Outcome outcome = run_vif({{"duration", milliseconds(1).ps}});
  const std::int64_t bits = outcome.metrics.at("skbs") * 65'536 * 8;
  EXPECT_EQ(outcome.metrics.at("throughput_mbps"), bits / 1000);  // of one millisecond
  EXPECT_LE(outcome.metrics.at("cpu_busy_permille"), 1000);
  EXPECT_GE(outcome.metrics.at("skb_latency_p99_us"), outcome.metrics.at("skb_latency_p50_us"));
}

TEST(VifTransfer, PaysForTheNetworkStacks) {
  const Outcome dear = run_vif({{"stack_cost", microseconds(500).ps}});
  const Outcome cheap = run_vif({{"stack_cost", 0}});
  EXPECT_GT(dear.metrics.at("napi_ns"), cheap.metrics.at("napi_ns") + 150'000);
  EXPECT_GT(dear.metrics.at("rx_ns"), cheap.metrics.at("rx_ns") + 150'000);
  EXPECT_GT(dear.metrics.at("dealloc_ns"), cheap.metrics.at("dealloc_ns") + 80'000);
}

TEST(VifTransfer, StrictIommuCostsThroughput) {
  const Outcome strict = run_vif({{"strict_iommu", 1}});
  const Outcome relaxed = run_vif({});
  EXPECT_LT(strict.metrics.at("throughput_mbps"), relaxed.metrics.at("throughput_mbps"));
}

TEST(VifTransfer, IsTheSameForTheSameSeed) {
  const Choices random = {{"grefs", "random"}};
  const Outcome first = run_vif({}, random, 7);
  const Outcome again = run_vif({}, random, 7);
  const Outcome other = run_vif({}, random, 8);
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_EQ(first.metrics, again.metrics);
  EXPECT_NE(first.digest, other.digest);
}

// A switch at every verb and spinning by polling: slower to run, the same history.
TEST(VifTransfer, IsTheSameHoweverTheEngineSteps) {
  std::vector<std::uint64_t> digests;
  for (const bool step : {false, true}) {
    RunOptions options;
    options.step_every_verb = step;
    options.poll_while_spinning = step;
    Machine machine(toy_machine(), options);
    Values values = default_values();
    values.set("queues", 2);
    values.set("window", 2);
    values.set("duration", microseconds(300).ps);
    const auto workload = kind_of("vif_transfer").make(values);
    const std::vector<PcpuId> placed = workload->setup(machine);
    for (unsigned w = 0; w < placed.size(); ++w) {
      machine.start(placed[w], [&, w](Cpu& cpu) { workload->run(cpu, w); });
    }
    machine.run();
    digests.push_back(machine.digest());
  }
  EXPECT_EQ(digests[0], digests[1]);
}

TEST(VifTransfer, RefusesMoreSocketsThanThereAre) {
  EXPECT_THROW(run_vif({{"sockets", 3}}), BadParameter);
}

TEST(VifTransfer, StaysOnOneSocketIfAskedTo) {
  EXPECT_EQ(run_vif({{"sockets", 1}}).traffic.remote_transfers, 0u);
  EXPECT_GT(run_vif({}).traffic.remote_transfers, 0u);
}

TEST(VifTransfer, ReportsAContextThatIsLeftAsleepWithWork) {
  MachineSpec spec = toy_machine();
  spec.prices.ipi_delivery.value = microseconds(300);  // far longer than any step here
  try {
    run_vif({{"queues", 1}, {"skb", 1500}}, {{"tx", "copy"}}, 1, spec);
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "DP-6") << violated.what();
  }
  // ... unless that is as long as it may be left.
  EXPECT_NO_THROW(run_vif({{"queues", 1}, {"skb", 1500}, {"wake_within", milliseconds(2).ps}},
                          {{"tx", "copy"}}, 1, spec));
}

// An interface on which nothing has been sent, to be spoiled by hand.
struct QuietNet {
  explicit QuietNet(const Numbers& numbers = {}) : machine(toy_machine(), {}) {
    Values values = default_values();
    values.set("queues", 1);
    for (const auto& [name, value] : numbers) {
      values.set(name, value);
    }
    net = std::make_unique<VifNet>(machine, VifOptions(values), std::vector{PcpuId{0}});
  }
  std::string rule_of_check() {
    machine.start(PcpuId{0}, [](Cpu&) {});
    machine.run();
    try {
      check_vif(machine.cpu(PcpuId{0}), *net);
    } catch (const RuleViolated& violated) {
      return violated.finding().rule;
    }
    return "";
  }
  Machine machine;
  std::unique_ptr<VifNet> net;
};

TEST(VifTransferRules, AreQuietOnAQuietInterface) {
  EXPECT_EQ(QuietNet().rule_of_check(), "");
}

TEST(VifTransferRules, ALostPacketIsFound) {
  QuietNet quiet;
  ++quiet.net->sent;
  EXPECT_EQ(quiet.rule_of_check(), "DP-1");
}

TEST(VifTransferRules, APacketInBsRingIsNotLost) {
  QuietNet quiet;
  ++quiet.net->sent;
  ++quiet.net->delivered;
  VifQueue& queue = *quiet.net->queues[0];
  queue.rx.index.response_producer.poke(2);
  queue.rx.slot[1].gref.poke(1);             // the last of its packet
  EXPECT_EQ(quiet.rule_of_check(), "DP-4");  // but no lock was taken for it
}

TEST(VifTransferRules, AHandleThatNoSlotExplainsIsFound) {
  QuietNet quiet;
  ++quiet.net->mapped;
  EXPECT_EQ(quiet.rule_of_check(), "DP-5");
}

// Runs `body` on dom0's pCPU; the rule it breaks.
std::string rule_broken_by(QuietNet& quiet, const std::function<void(Cpu&)>& body) {
  quiet.machine.start(PcpuId{0}, body);
  try {
    quiet.machine.run();
  } catch (const RuleViolated& violated) {
    return violated.finding().rule;
  }
  return "";
}

TEST(VifTransferRules, AnsweringAWhileItsPageIsStillMappedIsFound) {
  QuietNet quiet({{"skb", 1500}});
  VifNet& net = *quiet.net;
  VifQueue& queue = *net.queues[0];
  const GrantRef ref = net.a_gref(0, 0, 0);
  const auto dealloc = make_dealloc(net, queue);
  EXPECT_EQ(rule_broken_by(quiet,
                           [&](Cpu& cpu) {
                             grant_access(cpu, net.a.grants->shared(ref), dom0,
                                          net.a_frame(0, 0, 0), true);
                             cpu.store(queue.tx.slot[0].gref, ref);
                             const std::uint16_t flags = map_flag::host | map_flag::readonly;
                             MapOp twice[2] = {{0, flags, ref, net.a.id, {}, 0, {}},
                                               {1, flags, ref, net.a.id, {}, 0, {}}};
                             net.grants.map(cpu, net.dom0_domain, net.dom0_domain.vcpus[0], twice);
                             net.mapped = 2;
                             queue.handle[0] = twice[0].handle;
                             queue.dealloc.put(cpu, 0);
                             queue.dealloc.publish(cpu);
                             dealloc->step(cpu);
                           }),
            "DP-2");
}

TEST(VifTransferRules, AGrantOperationThatFailsLosesAPacket) {
  QuietNet quiet({{"skb", 1500}});
  VifQueue& queue = *quiet.net->queues[0];
  const auto napi = make_napi(*quiet.net, queue, quiet.net->dom0_domain.vcpus[0]);
  EXPECT_EQ(rule_broken_by(quiet,
                           [&](Cpu& cpu) {
                             cpu.store(queue.tx.slot[0].gref, 9);  // never granted
                             cpu.store(queue.tx.slot[0].id_size, 1500);
                             cpu.store(queue.tx.index.request_producer, 1);
                             napi->step(cpu);
                           }),
            "DP-1");
}

TEST(VifTransferRules, RevokingAGrantInUseIsFound) {
  QuietNet quiet({{"skb", 1500}, {"window", 1}});
  VifNet& net = *quiet.net;
  VifQueue& queue = *net.queues[0];
  queue.pcpu.fill(PcpuId{0});
  const auto guest = make_guest_a(net, queue);
  EXPECT_EQ(rule_broken_by(quiet,
                           [&](Cpu& cpu) {
                             guest->step(cpu);
                             cpu.fetch_or(net.a.grants->shared(net.a_gref(0, 0, 0)).flags_domid,
                                          grant_flag::reading);
                             cpu.store(queue.tx.index.response_producer, 1);
                             guest->step(cpu);
                           }),
            "DP-2");
}

// Four pCPUs hand a token round; each sleeps until it is its turn.
TEST(Sleepers, NoWakeUpIsLost) {
  Machine machine(toy_machine(), {});
  Sleepers sleepers(machine);
  auto& turn = machine.memory().make<Shared<std::uint32_t>>("turn", SocketId{0});
  constexpr std::uint32_t rounds = 800;
  for (unsigned p = 0; p < 4; ++p) {
    machine.start(PcpuId{p}, [&, p](Cpu& cpu) {
      Random random = machine.random(p);
      const auto mine = [&](Cpu& c) {
        const std::uint32_t now = c.load(turn);
        return now % 4 == p || now >= rounds;
      };
      for (;;) {
        while (!mine(cpu)) {
          sleepers.sleep(cpu, mine);
        }
        const std::uint32_t now = cpu.load(turn);
        cpu.store(turn, now + 1);
        sleepers.wake(cpu, PcpuId{(p + 1) % 4});
        cpu.progress();
        if (now + 4 >= rounds) {
          return;
        }
        const std::uint32_t pause = random.below(3000);
        cpu.compute(nanoseconds(1 + pause));
      }
    });
  }
  machine.run();
  EXPECT_GE(turn.peek(), rounds);
  EXPECT_GT(sleepers.wakeups(), 0u);
}

}  // namespace
}  // namespace hvsim
