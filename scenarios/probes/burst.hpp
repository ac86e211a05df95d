// Bytes on a memory channel or a link, so many lines within one microsecond, and one load beside
// them: what it takes says how full the microsecond is.
#pragma once

#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {

// Whole lines that a rate lets into a microsecond.
std::int64_t lines_a_microsecond(std::int64_t bytes_per_second);

struct Burst {
  std::vector<PcpuId> pcpus;  // who clears lines of the first node's memory
  std::int64_t lines = 0;     // in all, within the microsecond and before the load
  PcpuId prober;              // who loads another line of that memory
  Duration probe_at{};        // when that load reaches the L3, from the microsecond's beginning
};

// What the load takes. Errors: OutOfReach if those pCPUs cannot ask for so much before it.
Duration load_beside(Bench& bench, const Burst& burst);

// Of a local DRAM read, above the idle one, at a load in permille of the rate: straight lines
// through the points of loaded_latency, whose loads count as shares of the last one's.
Duration loaded_extra(const MachineSpec& file, std::int64_t load_permille);
// The load that a read sees at `at` into a microsecond with so many lines in it so far; the one
// before was idle.
std::int64_t load_seen(std::int64_t lines, std::int64_t bytes_per_second, Duration at);

}  // namespace hvsim::probes
