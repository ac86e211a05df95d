#include "models/workload/steal_options.hpp"

#include "models/hypervisor/sched/policy.hpp"
#include "models/workload/runstate_parameters.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

namespace {

struct NamedSource {
  const char* name;
  StealSource source;
};
constexpr NamedSource sources[] = {
    {"none", StealSource::none},           {"local", StealSource::local},
    {"remote", StealSource::remote},       {"remote_with_wait", StealSource::remote_with_wait},
    {"hypercall", StealSource::hypercall},
};

StealSource source_of(const std::string& name) {
  for (const NamedSource& known : sources) {
    if (known.name == name) {
      return known.source;
    }
  }
  fail_check("the name of a source of steal", Where::here());
}

std::vector<std::string> source_names() {
  std::vector<std::string> names;
  for (const NamedSource& known : sources) {
    names.emplace_back(known.name);
  }
  return names;
}

std::vector<Parameter> steal_guest_parameters() {
  using Type = Parameter::Type;
  return {
      {.name = "steal_from",
       .type = Type::choice,
       .fallback_choice = "remote",
       .choices = source_names(),
       .doc = "where updates of a run queue's clock get its CPU's steal from: none at all; local "
              "only its own CPU's do, from its record; remote all do, from the record; "
              "remote_with_wait from the record and the wait that it says is under way; hypercall "
              "those of other CPUs ask the hypervisor"},
      {.name = "excess_steal",
       .type = Type::choice,
       .fallback_choice = "keep",
       .choices = {"keep", "drop"},
       .doc =
           "what becomes of steal that is more than the clock went on: taken off later, or not"},
      {.name = "hogs",
       .type = Type::count,
       .fallback = 2,
       .least = 2,
       .most = 16,
       .doc = "tasks of a vCPU that always want to run"},
      {.name = "io_every",
       .type = Type::count,
       .fallback = 4,
       .least = 0,
       .most = 64,
       .doc = "every so manieth vCPU of a domain has no hogs, only its server; 0: none"},
      {.name = "burst",
       .type = Type::duration,
       .fallback = microseconds(100).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(10).ps,
       .doc = "how long a hog runs before its kernel looks who is next, on average"},
      {.name = "service",
       .type = Type::duration,
       .fallback = microseconds(20).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(10).ps,
       .doc = "how long a server runs when it was woken"},
      {.name = "wake_fraction",
       .type = Type::fraction,
       .fallback = parts_per_billion / 2,
       .least = 0,
       .most = parts_per_billion,
       .doc = "share of the bursts after which a hog wakes the server of another vCPU"},
  };
}

std::vector<Parameter> host_parameters() {
  using Type = Parameter::Type;
  return {
      {.name = "domains", .fallback = 2, .least = 1, .most = 8, .doc = "guests"},
      {.name = "vcpus", .fallback = 16, .least = 2, .most = 64, .doc = "vCPUs of each guest"},
      {.name = "pcpus",
       .fallback = 16,
       .least = 1,
       .most = 512,
       .doc = "pCPUs that they share, from number 0 up"},
      {.name = "scheduler",
       .type = Type::choice,
       .fallback_choice = "credit",
       .choices = scheduler_names(),
       .doc = "the hypervisor's"},
      {.name = "timeslice",
       .type = Type::duration,
       .fallback = milliseconds(1).ps,
       .least = microseconds(10).ps,
       .most = milliseconds(100).ps,
       .doc = "how long a vCPU runs if others wait"},
      {.name = "ratelimit",
       .type = Type::duration,
       .fallback = microseconds(500).ps,
       .least = 0,
       .most = milliseconds(100).ps,
       .doc = "how long at least before a vCPU that was woken takes its pCPU (credit)"},
  };
}

std::vector<Parameter> steal_record_parameters() {
  using Type = Parameter::Type;
  return {
      runstate_parameter(),
      {.name = "placement",
       .type = Type::choice,
       .fallback_choice = "aligned",
       .choices = {"aligned", "straddling"},
       .doc = "where a vCPU's record lies: in one line or across two"},
      torn_reads_parameter(),
      {.name = "warm_up",
       .type = Type::duration,
       .fallback = milliseconds(10).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(1000).ps,
       .doc = "time that is run and not measured"},
      {.name = "duration",
       .type = Type::duration,
       .fallback = milliseconds(100).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(10'000).ps,
       .doc = "time that is measured"},
  };
}

}  // namespace

StealOptions::StealOptions(const Values& values)
    : domains(values.count("domains")),
      vcpus(values.count("vcpus")),
      pcpus(values.count("pcpus")),
      hogs(values.count("hogs")),
      io_every(values.count("io_every")),
      burst(values.duration("burst")),
      service(values.duration("service")),
      wake_fraction(static_cast<std::uint32_t>(values.number("wake_fraction"))),
      scheduler(values.choice("scheduler")),
      timeslice(values.duration("timeslice")),
      ratelimit(values.duration("ratelimit")),
      runstate(values.choice("runstate")),
      placement(values.choice("placement")),
      count_torn(values.choice("torn_reads") == "count"),
      begin(Time{} + values.duration("warm_up")),
      end(begin + values.duration("duration")) {
  queue.source = source_of(values.choice("steal_from"));
  queue.excess = values.choice("excess_steal") == "keep" ? ExcessSteal::keep : ExcessSteal::drop;
  queue.check_charges =
      queue.source != StealSource::none && queue.excess == ExcessSteal::keep && !count_torn;
}

std::vector<Parameter> steal_parameters() {
  std::vector<Parameter> all;
  for (const auto& some :
       {host_parameters(), steal_guest_parameters(), steal_record_parameters()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<MetricInfo> steal_metrics() {
  return {
      {"hog_spread_permille", "permille",
       "most minus least that the hogs of a vCPU really ran, of their mean; mean of all vCPUs"},
      {"worst_hog_spread_permille", "permille", "the same of the vCPU with the largest"},
      {"charge_error_permille", "permille",
       "what tasks were charged and did not run, or the reverse, of what they ran"},
      {"clock_error_ns", "ns",
       "how far a task clock was from the truth after an update by another vCPU, on average"},
      {"worst_clock_error_ns", "ns", "the same of the worst update"},
      {"steal_permille", "permille", "of the vCPUs' time, what the hypervisor stole"},
      {"bursts_per_ms", "1/ms", "bursts of hogs"},
      {"remote_updates_per_ms", "1/ms", "updates of a run queue's clocks by another vCPU"},
      {"remote_update_p50_ns", "ns", "median time of such an update"},
      {"remote_update_p99_ns", "ns",
       "99th percentile of the same; it may have lost its pCPU meanwhile"},
      {"retries_per_1000_reads", "1", "turns of readers that found the entry changed"},
      {"spins_per_1000_reads", "1", "turns of readers that began with the flag set"},
      {"torn_reads", "1", "reads that returned a record that never was"},
      {"mixed_copies", "1", "updates that copied a record while a wake changed it"},
      {"switches_per_ms", "1/ms", "switches of a pCPU to another vCPU, over the whole run"},
  };
}

}  // namespace hvsim
