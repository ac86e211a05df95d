// The metrics every run has, whatever its workload: where the time went and what the machine
// moved.
//
// What it guarantees: common_metrics() lists exactly the names that count_common() sets, in the
// order reports show them; none depends on anything but the run. Shares are rounded down.
#pragma once

#include <span>

#include "models/workload/workload.hpp"
#include "sim/hw/machine.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

std::span<const MetricInfo> common_metrics();

// Sets every common metric from a machine that has run. `workers` are the pCPUs that had one; the
// shares of time are of the time of these together.
void count_common(const Machine& machine, std::span<const PcpuId> workers, Metrics& metrics);

// ... and from what was read of it; `finished` is when the last worker returned.
void count_common(std::span<const Accounting> workers, const Traffic& traffic, Time finished,
                  Metrics& metrics);

}  // namespace hvsim
