// A scenario and rows whose numbers are written down by hand: for tests of claims and reports.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "models/workload/workload.hpp"
#include "scenarios/run/result.hpp"

namespace hvsim {

inline const WorkloadKind& transfer_kind() {
  static const WorkloadKind kind = [] {
    WorkloadKind made;
    made.name = "transfer";
    Parameter queues{"queues", Parameter::Type::count, 1, 1, 64};
    Parameter lock{"lock", Parameter::Type::choice, 0, 0, 0, "word", {"word", "percpu"}};
    made.parameters = {queues, lock};
    made.metrics = {{"throughput_mbps", "Mbit/s", "bytes moved"}, {"waits", "1", "times waited"}};
    return made;
  }();
  return kind;
}

// queues 1 and 16, lock word and percpu, seeds 1, 2 and 3; no rows.
inline Result transfer_result() {
  Result result;
  Scenario& scenario = result.scenario;
  scenario.name = "transfer";
  scenario.why = "Which lock is faster";
  scenario.machine = "toy-2s4c";
  scenario.workload = &transfer_kind();
  scenario.axes = {{"queues", "workload.queues", {"1", "16"}, {}},
                   {"lock", "workload.lock", {"word", "percpu"}, {}}};
  scenario.seeds = {1, 2, 3};
  return result;
}

inline Row& add_row(Result& result, const std::string& queues, const std::string& lock,
                    std::uint64_t seed, std::int64_t throughput) {
  Row row;
  row.at = {{"queues", queues}, {"lock", lock}};
  row.seed = seed;
  row.metrics = {{"throughput_mbps", throughput}, {"waits", 7}};
  row.digest = 0x1234;
  result.rows.push_back(std::move(row));
  return result.rows.back();
}

// Every row: 1000 with one queue; with 16 the word lock 10000 and the per-CPU lock 30000 plus the
// seed's 0, 3000 or 6000.
inline Result full_transfer_result() {
  Result result = transfer_result();
  for (const std::string queues : {"1", "16"}) {
    for (const std::string lock : {"word", "percpu"}) {
      for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const std::int64_t many =
            lock == "word" ? 10000 : 30000 + 3000 * (static_cast<std::int64_t>(seed) - 1);
        add_row(result, queues, lock, seed, queues == "1" ? 1000 : many);
      }
    }
  }
  result.cells = 12;
  return result;
}

// percpu over word at 16 queues: 3, 3.3 and 3.6.
inline Claim speedup_claim() {
  Claim claim;
  claim.says = "the per-CPU lock is three times faster";
  claim.source = "a test";
  claim.metric = "throughput_mbps";
  claim.at = {{"queues", "16"}};
  claim.of = {{"lock", "percpu"}};
  claim.over = Point{{"lock", "word"}};
  return claim;
}

}  // namespace hvsim
