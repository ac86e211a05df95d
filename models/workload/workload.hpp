// A workload: what the guests and dom0 do, and what must be true when they have done it.
//
// One object lives through one run: setup (untimed) lays out memory, run (timed) is called once on
// each worker's own strand, check (untimed) says what must hold at the end, measure reports what
// only this workload can count. A workload without a check is not finished.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/workload/parameters.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

class Workload {
 public:
  virtual ~Workload() = default;

  // Lays out memory and says on which pCPU each worker runs: at most one worker a pCPU.
  // Errors: parameters that do not fit this host throw BadParameter.
  virtual std::vector<PcpuId> setup(Host& host) = 0;
  // The work of one worker; returns when it is done. Runs at the same simulated time as the
  // others.
  virtual void run(Cpu& cpu, unsigned worker) = 0;
  // What must be true at the end. `cpu` is idle and is there to report: cpu.violated(rule, ...).
  virtual void check(Cpu& cpu) = 0;
  virtual void measure(Metrics& metrics) = 0;
};

struct MetricInfo {
  std::string name;
  std::string unit;  // "Mbit/s", "ns", "permille", "1" for a count
  std::string doc;
};

// A kind of workload, as a scenario names it.
struct WorkloadKind {
  std::string name;
  std::string doc;
  std::vector<Parameter> parameters;
  std::vector<MetricInfo> metrics;
  std::function<std::unique_ptr<Workload>(const Values&)> make;
};

// Every kind there is, in the order `hvsim list` shows them (catalog.cpp).
std::span<const WorkloadKind> workload_kinds();

}  // namespace hvsim
