// A broadcast by itself: when requests are sent, handled and answered.
#include <gtest/gtest.h>

#include "tests/locks/toy_machine.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

std::map<std::string, std::int64_t> broadcast(std::int64_t threads, const char* targets = "busy",
                                              ApicMode mode = ApicMode::x2apic) {
  MachineSpec spec = toy_machine();
  spec.apic = mode;
  return run_workload(spec, "ipi_broadcast", {{"threads", threads}, {"think", microseconds(5).ps}},
                      {{"targets", targets}})
      .metrics;
}

const Prices price = toy_machine().prices;

// A histogram's values are at most a 32nd too high.
void expect_about(std::int64_t value, Duration expected) {
  EXPECT_GE(value, expected.ps / 1000);
  EXPECT_LE(value, expected.ps / 1000 * 33 / 32 + 1);
}

TEST(IpiBroadcast, SendsOneRequestAfterTheOther) {
  for (const std::int64_t threads : {2, 5, 8}) {
    const auto metrics = broadcast(threads);
    expect_about(metrics.at("sent_p50_ns"), price.ipi_send.value * (threads - 1));
    expect_about(metrics.at("last_handled_p50_ns"),
                 price.ipi_send.value * (threads - 1) + price.ipi_delivery.value);
    EXPECT_GT(metrics.at("answered_p50_ns"), metrics.at("last_handled_p50_ns"));
    EXPECT_GT(metrics.at("rounds"), 5);
  }
}

TEST(IpiBroadcast, FindsTargetsThatSleepAsSoonAsBusyOnes) {
  EXPECT_EQ(broadcast(8, "halted").at("last_handled_p50_ns"),
            broadcast(8, "busy").at("last_handled_p50_ns"));
}

TEST(IpiBroadcast, ByXapicSendsMoreSlowly) {
  expect_about(broadcast(8, "busy", ApicMode::xapic).at("sent_p50_ns"),
               (price.ipi_send.value + price.xapic_access.value * 2) * 7);
}

TEST(IpiBroadcast, OfOneThreadIsRefused) {
  EXPECT_THROW(broadcast(1), BadParameter);
}

}  // namespace
}  // namespace hvsim
