#include "scenarios/run/run_cell.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "scenarios/run/common_metrics.hpp"
#include "sim/base/check.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {
namespace {

// Nothing but what the kind declares, or the parts of it: "one_way_ps[0,4]". A declared metric may
// be missing where the machine has no such thing; a claim on it then fails.
void check_declared(const WorkloadKind& kind, const Metrics& metrics) {
  for (const auto& pair : metrics.values()) {
    const std::string& name = pair.first;
    const bool declared =
        std::any_of(kind.metrics.begin(), kind.metrics.end(),
                    [&name](const MetricInfo& info) { return info.name == name; });
    const std::string what = kind.name + " declares its metric " + name;
    check(declared || name.back() == ']', what.c_str());
  }
}

void collect(const Machine& machine, bool keep_lines, Row& row) {
  row.digest = machine.digest();
  if (!keep_lines) {
    return;
  }
  row.lines = machine.lines();
  if (row.lines.size() > kept_lines) {
    row.lines.resize(kept_lines);
  }
  for (const LockStat* lock : machine.locks()) {
    row.locks.push_back(*lock);
  }
}

void run_and_measure(const Cell& cell, bool keep_lines, Machine& machine, Row& row) {
  const std::unique_ptr<Workload> workload = cell.workload->make(cell.values);
  const std::vector<PcpuId> workers = workload->setup(machine);
  check(!workers.empty(), "a workload has a worker");
  for (unsigned worker = 0; worker < workers.size(); ++worker) {
    machine.start(workers[worker], [&workload, worker](Cpu& cpu) { workload->run(cpu, worker); });
  }
  machine.run();
  workload->check(machine.cpu(workers.front()));

  Metrics metrics;
  workload->measure(metrics);
  check_declared(*cell.workload, metrics);
  count_common(machine, workers, metrics);
  row.metrics = metrics.values();
  row.histograms = metrics.histograms();
  collect(machine, keep_lines, row);
}

}  // namespace

CellOutcome run_cell(const Cell& cell, bool keep_lines, RunOptions options) {
  options.seed = cell.seed;
  Machine machine(cell.machine, options);
  CellOutcome outcome;
  outcome.row.at = cell.at;
  outcome.row.seed = cell.seed;
  try {
    run_and_measure(cell, keep_lines, machine, outcome.row);
    outcome.cost.simulated_ps = machine.finished().ps;
  } catch (const RuleViolated& violation) {
    outcome.row.metrics.clear();
    outcome.row.histograms.clear();
    outcome.row.findings.push_back(violation.finding());
    outcome.cost.simulated_ps = violation.finding().at.ps;
  }
  outcome.cost.verbs = machine.verbs();
  outcome.cost.switches = machine.switches();
  return outcome;
}

}  // namespace hvsim
