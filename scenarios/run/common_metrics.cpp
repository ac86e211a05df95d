#include "scenarios/run/common_metrics.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/run/ratio.hpp"

namespace hvsim {
namespace {

std::string share_name(Cause cause) {
  return std::string("time_") + cause_name(cause) + "_permille";
}

// part / whole in thousandths, rounded down; 0 of nothing is 0.
std::int64_t permille(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : thousandths(part, whole);
}

std::int64_t busiest(const std::vector<std::int64_t>& busy_ps, Time finished) {
  const auto most = std::max_element(busy_ps.begin(), busy_ps.end());
  return most == busy_ps.end() ? 0 : permille(*most, finished.ps);
}

std::vector<MetricInfo> describe() {
  std::vector<MetricInfo> list = {
      {"simulated_us", "us", "simulated time until the last worker was done"},
      {"local_transfers", "1", "lines moved from core to core inside a socket"},
      {"remote_transfers", "1", "lines and invalidations moved between sockets"},
      {"dram_reads", "1", "lines read from memory"},
      {"dram_writes", "1", "lines written back to memory"},
      {"locked_ops", "1", "locked read-modify-write instructions"},
      {"failed_cmpxchg", "1", "locked cmpxchg that did not find what they expected"},
      {"failed_cmpxchg_permille", "permille", "of the locked instructions, the failed cmpxchg"},
      {"ipis", "1", "interrupts sent from pCPU to pCPU"},
      {"busiest_link_permille", "permille",
       "of the run, how long the busiest direction between two sockets was moving lines"},
      {"busiest_channel_permille", "permille",
       "of the run, how long the busiest socket's memory channels were moving lines"},
  };
  for (unsigned c = 0; c < causes; ++c) {
    const auto cause = static_cast<Cause>(c);
    list.push_back({share_name(cause), "permille",
                    std::string("of the workers' pCPU time, what went to ") + cause_name(cause)});
  }
  return list;
}

}  // namespace

std::span<const MetricInfo> common_metrics() {
  static const std::vector<MetricInfo> list = describe();
  return list;
}

void count_common(const Machine& machine, std::span<const PcpuId> workers, Metrics& metrics) {
  std::vector<Accounting> accounts;
  for (const PcpuId pcpu : workers) {
    accounts.push_back(machine.accounting(pcpu));
  }
  count_common(accounts, machine.traffic(), machine.finished(), metrics);
}

void count_common(std::span<const Accounting> workers, const Traffic& traffic, Time finished,
                  Metrics& metrics) {
  const auto count = [&metrics](const char* name, std::uint64_t value) {
    metrics.set(name, static_cast<std::int64_t>(value));
  };
  metrics.set("simulated_us", (finished - Time{}) / microseconds(1));
  count("local_transfers", traffic.local_transfers);
  count("remote_transfers", traffic.remote_transfers);
  count("dram_reads", traffic.dram_reads);
  count("dram_writes", traffic.dram_writes);
  count("locked_ops", traffic.locked_ops);
  count("failed_cmpxchg", traffic.failed_cmpxchg);
  metrics.set("failed_cmpxchg_permille",
              permille(static_cast<std::int64_t>(traffic.failed_cmpxchg),
                       static_cast<std::int64_t>(traffic.locked_ops)));
  count("ipis", traffic.ipis);
  metrics.set("busiest_link_permille", busiest(traffic.link_busy_ps, finished));
  metrics.set("busiest_channel_permille", busiest(traffic.channel_busy_ps, finished));

  Duration all{};
  for (const Accounting& account : workers) {
    all += account.total();
  }
  for (unsigned c = 0; c < causes; ++c) {
    const auto cause = static_cast<Cause>(c);
    Duration spent{};
    for (const Accounting& account : workers) {
      spent += account.spent(cause);
    }
    metrics.set(share_name(cause), permille(spent.ps, all.ps));
  }
}

}  // namespace hvsim
