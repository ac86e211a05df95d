#include "models/workload/pt_cache_options.hpp"

#include "models/hypervisor/sched/policy.hpp"
#include "models/hypervisor/shadow/catalog.hpp"

namespace hvsim {

namespace {

std::vector<Parameter> hypervisor_parameters() {
  using Type = Parameter::Type;
  return {
      {.name = "loader",
       .type = Type::choice,
       .fallback_choice = "mru_cache",
       .choices = l4_loader_names(),
       .doc = "how a guest's L4 gets into cr3"},
      {.name = "entries",
       .type = Type::choice,
       .fallback_choice = "4",
       .choices = {"1", "2", "4", "8"},
       .doc = "mru_cache: shadows a pCPU"},
      {.name = "replacement",
       .type = Type::choice,
       .fallback_choice = "lru",
       .choices = {"lru", "fifo", "random"},
       .doc = "mru_cache: which shadow a miss replaces"},
      {.name = "copy_block",
       .type = Type::choice,
       .fallback_choice = "entry",
       .choices = {"entry", "line", "table"},
       .doc = "what a copy has in registers between its loads and its stores"},
      {.name = "scheduler",
       .type = Type::choice,
       .fallback_choice = "round_robin",
       .choices = scheduler_names(),
       .doc = "who runs where and when"},
      {.name = "timeslice",
       .type = Type::duration,
       .fallback = microseconds(500).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(100).ps,
       .doc = "how long a vCPU runs while another waits"},
      {.name = "call_within",
       .type = Type::duration,
       .fallback = milliseconds(1).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(1000).ps,
       .doc = "a cross call that takes longer, for each one before it, is a finding (SC-L1)"},
  };
}

std::vector<Parameter> guest_parameters() {
  using Type = Parameter::Type;
  const auto count = [](const char* name, std::int64_t fallback, std::int64_t least,
                        std::int64_t most, const char* doc) {
    return Parameter{.name = name, .fallback = fallback, .least = least, .most = most, .doc = doc};
  };
  const auto length = [](const char* name, Duration fallback, const char* doc) {
    return Parameter{.name = name,
                     .type = Type::duration,
                     .fallback = fallback.ps,
                     .least = 0,
                     .most = milliseconds(1000).ps,
                     .doc = doc};
  };
  const auto share = [](const char* name, const char* doc) {
    return Parameter{.name = name,
                     .type = Type::fraction,
                     .fallback = 0,
                     .least = 0,
                     .most = parts_per_billion,
                     .doc = doc};
  };
  return {
      count("pcpus", 8, 1, 512, "how many, from number 0 up"),
      count("domains", 2, 1, 64, "64-bit PV guests"),
      count("vcpus", 0, 0, 512,
            "of each domain, on pCPUs after those of the domain before; 0: one a pCPU"),
      count("processes", 2, 1, 64, "of each vCPU, with two L4s each"),
      {.name = "next",
       .type = Type::choice,
       .fallback_choice = "in_turn",
       .choices = {"in_turn", "at_random"},
       .doc = "which process a turn switches to"},
      {.name = "skew",
       .type = Type::choice,
       .fallback_choice = "0",
       .choices = {"0", "0.5", "1", "1.5", "2"},
       .doc = "at_random: process i has a weight of i to the power of minus this (Zipf)"},
      count("calls", 10, 0, 100'000, "system calls of a turn"),
      count("turns", 0, 0, 1'000'000, "after so many a vCPU stops; 0: when the time is over"),
      length("user", microseconds(1), "work of a user program between two system calls"),
      length("kernel", nanoseconds(500),
             "work of the guest's kernel in one, or in a turn without"),
      {.name = "touch",
       .type = Type::size,
       .fallback = 0,
       .least = 0,
       .most = 1 << 20,
       .doc = "memory of a vCPU's own that its user program goes over between two system calls"},
      share("shared_fraction", "share of the turns on a process of all vCPUs of the domain"),
      share("write_fraction", "share of the turns that change an entry of an L4"),
      count("write_slots", 8, 1, 8, "how many entries of a table are changed"),
      share("exit_fraction",
            "share of the turns after which their process ends and a new one begins"),
      {.name = "warm_up",
       .type = Type::duration,
       .fallback = microseconds(50).ps,
       .least = 0,
       .most = milliseconds(100).ps,
       .doc = "time that is run and not measured"},
      {.name = "duration",
       .type = Type::duration,
       .fallback = milliseconds(1).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(1000).ps,
       .doc = "time that is measured"},
  };
}

}  // namespace

std::vector<Parameter> pt_cache_parameters() {
  std::vector<Parameter> all = hypervisor_parameters();
  const std::vector<Parameter> guests = guest_parameters();
  all.insert(all.end(), guests.begin(), guests.end());
  return all;
}

std::vector<MetricInfo> pt_cache_metrics() {
  return {
      {"calls_per_ms", "1/ms", "system calls of all guests"},
      {"switches_per_ms", "1/ms", "process switches of all guests"},
      {"copies_per_ms", "1/ms", "L4s copied by system calls and process switches"},
      {"copies_per_call_permille", "permille", "of the same: copies a system call"},
      {"miss_permille", "permille", "of the loads of cr3 by guests, those that copied"},
      {"load_ps", "ps", "mean time of such a load, and of what freeing L4s adds to each"},
      {"hit_ps", "ps", "mean time of a load that did not copy"},
      {"copy_ps", "ps", "mean time of one that did"},
      {"copying_permille", "permille", "of the pCPUs' time, what went to loads that copied"},
      {"call_p50_ns", "ns",
       "median time to load cr3 on the way into or out of the guest's kernel"},
      {"call_p99_ns", "ns", "99th percentile of the same"},
      {"switch_p50_ns", "ns", "median time of a process switch in the hypervisor"},
      {"switch_p99_ns", "ns", "99th percentile of the same"},
      {"writes", "1", "entries of L4s that were changed"},
      {"write_p50_ns", "ns", "median time until every pCPU has the change"},
      {"write_p99_ns", "ns", "99th percentile of the same"},
      {"frees", "1", "L4s that were freed"},
      {"free_ps", "ps", "mean time to free one"},
      {"free_p99_ns", "ns", "99th percentile of the same"},
      {"call_ipis_per_ms", "1/ms", "interrupts of cross calls, warm-up included"},
      {"call_lock_wait_ns", "ns", "mean wait for the lock of all cross calls"},
      {"context_switches", "1", "of vCPUs on pCPUs, warm-up included, as all below"},
      {"sync_none", "1", "loads of a table that needs no shadow"},
      {"sync_noshuffle", "1", "loads of a table that has a shadow, nothing moved"},
      {"sync_shuffle", "1", "... moved to the front of the cache"},
      {"sync_full", "1", "loads that copied"},
      {"ipi_dom_miss", "1", "calls to a pCPU that shadows another domain"},
      {"ipi_cache_miss", "1", "... that has no shadow of the table"},
      {"ipi_write", "1", "... that brought an entry up to date"},
      {"ipi_invlpg", "1", "... that dropped a shadow"},
  };
}

}  // namespace hvsim
