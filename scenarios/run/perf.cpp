#include "scenarios/run/perf.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "scenarios/run/json_writer.hpp"

namespace hvsim {

HostCost sum(const HostCost& cost, const HostCost& more) {
  HostCost both;
  both.verbs = cost.verbs + more.verbs;
  both.switches = cost.switches + more.switches;
  both.host_ns = cost.host_ns + more.host_ns;
  both.simulated_ps = cost.simulated_ps + more.simulated_ps;
  both.max_rss_kb = std::max(cost.max_rss_kb, more.max_rss_kb);
  return both;
}

std::int64_t max_rss_kb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::string perf_json(const HostCost& cost) {
  constexpr std::int64_t ns_a_second = 1'000'000'000;
  constexpr std::int64_t ps_a_second = 1'000'000'000'000;
  JsonWriter json;
  json.begin_object();
  json.member("verbs", cost.verbs);
  json.member("switches", cost.switches);
  json.key("host_seconds");
  json.raw(fmt::format("{}.{:09}", cost.host_ns / ns_a_second, cost.host_ns % ns_a_second));
  json.key("simulated_seconds");
  json.raw(
      fmt::format("{}.{:012}", cost.simulated_ps / ps_a_second, cost.simulated_ps % ps_a_second));
  json.member("max_rss_kb", cost.max_rss_kb);
  json.end_object();
  return json.text();
}

}  // namespace hvsim
