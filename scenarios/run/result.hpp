// The outcome of a scenario: rows, findings, verdicts. Whole numbers; rendering divides last.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run/scenario.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/line_report.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

struct Row {
  Point at;
  std::uint64_t seed = 1;
  std::map<std::string, std::int64_t> metrics;  // none if there is a finding
  std::map<std::string, Histogram> histograms;
  std::uint64_t digest = 0;       // 0 if there is a finding
  std::vector<Finding> findings;  // at most one today: a finding ends the run
  std::vector<LineReport> lines;  // shown by --c2c: the hottest, hottest first
  std::vector<LockStat> locks;    // shown by --c2c
};

struct Verdict {
  const Claim* claim = nullptr;
  // False if rows that the claim is about are missing: taken away on the command line, not run
  // before an interruption, or ended by a finding. Neither passed nor failed then.
  bool measured = false;
  // Over the seeds, in thousandths: the median (of two in the middle the lower), the extremes.
  // None if not measured, if a row has no such metric and if a denominator is 0.
  std::optional<std::int64_t> measured_thousandths;
  std::optional<std::int64_t> lowest_thousandths;
  std::optional<std::int64_t> highest_thousandths;
  bool holds = false;  // for every seed
  std::string note;    // which row is missing or divides by zero
};

// What the run cost the host: never part of a result.
struct HostCost {
  std::uint64_t verbs = 0;
  std::uint64_t switches = 0;
  std::int64_t host_ns = 0;
  std::int64_t simulated_ps = 0;
  std::int64_t max_rss_kb = 0;
};

// Moves but does not copy: verdicts point at the claims of their own scenario.
struct Result {
  Result() = default;
  Result(Result&&) = default;
  Result& operator=(Result&&) = default;

  Scenario scenario;
  std::vector<Row> rows;    // in the order of the sweep, not of arrival
  std::uint64_t cells = 0;  // as asked; more than there are rows if the sweep was interrupted
  std::vector<Verdict> verdicts;
  HostCost cost;
};

}  // namespace hvsim
