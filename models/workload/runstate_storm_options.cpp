#include "models/workload/runstate_storm_options.hpp"

#include "models/workload/runstate_parameters.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {

namespace {

// How a record is published, where it lies, and who reads it how.
std::vector<Parameter> record_parameters() {
  using Type = Parameter::Type;
  return {
      runstate_parameter(),
      {.name = "readers",
       .type = Type::count,
       .fallback = 1,
       .least = 0,
       .most = 500,
       .doc = "pCPUs whose vCPUs read the two records over and over"},
      {.name = "read_by",
       .type = Type::choice,
       .fallback_choice = "memory",
       .choices = {"memory", "hypercall"},
       .doc = "how a reader gets the record of another vCPU"},
      {.name = "placement",
       .type = Type::choice,
       .fallback_choice = "aligned",
       .choices = {"aligned", "straddling", "beside_hot_data"},
       .doc = "where a record lies: in one line, across two, or in one with a word that readers "
              "store to"},
      {.name = "guest",
       .type = Type::choice,
       .fallback_choice = "x86_64",
       .choices = {"x86_64", "x86_32"},
       .doc = "the layout of its records"},
  };
}

}  // namespace

std::vector<Parameter> runstate_storm_parameters() {
  using Type = Parameter::Type;
  std::vector<Parameter> all = record_parameters();
  const std::vector<Parameter> own = {
      {.name = "wakers",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 8,
       .doc = "pCPUs that wake what blocked; without any, vCPUs are only preempted"},
      {.name = "slice",
       .type = Type::duration,
       .fallback = microseconds(10).ps,
       .least = 0,
       .most = milliseconds(30).ps,
       .doc = "how long a vCPU runs before the next switch, on average"},
      {.name = "user_fraction",
       .type = Type::fraction,
       .fallback = 0,
       .least = 0,
       .most = parts_per_billion,
       .doc =
           "share of the switches in user mode, where the copy faults and is made up for later"},
      {.name = "stall",
       .type = Type::duration,
       .fallback = 0,
       .least = 0,
       .most = milliseconds(1).ps,
       .doc = "how long every update is held up in the middle of its copy"},
      torn_reads_parameter(),
      {.name = "turns",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 1'000'000,
       .doc = "so many slices, and reads of a reader, if the time is not over before; 0: no end"},
  };
  all.insert(all.end(), own.begin(), own.end());
  for (const Parameter& shared : storm_parameters()) {
    if (shared.name != "threads") {
      all.push_back(shared);
    }
  }
  return all;
}

std::vector<MetricInfo> runstate_storm_metrics() {
  return {
      {"switches", "1", "switches finished in the window"},
      {"switches_per_ms", "1/ms", "the same by time"},
      {"switch_mean_ps", "ps", "a switch, as far as run states go: lock, changes, updates"},
      {"switch_p99_ns", "ns", "99th percentile of the same"},
      {"reads", "1", "reads of other vCPUs' records finished in the window"},
      {"reads_per_ms", "1/ms", "the same by time"},
      {"read_mean_ps", "ps", "such a read, from beginning to end"},
      {"read_p99_ns", "ns", "99th percentile of the same"},
      {"torn_reads", "1", "reads that returned a record that never was"},
      {"retries", "1", "turns of readers that found the entry changed"},
      {"spins", "1", "turns of readers that began with the flag set"},
      {"mixed_copies", "1", "updates, of all, that copied a record while a wake changed it"},
  };
}

}  // namespace hvsim
