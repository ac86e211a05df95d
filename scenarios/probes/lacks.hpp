// What a machine must have for a probe, as the reason that is shown where it has not.
#pragma once

#include <string>
#include <vector>

#include "sim/hw/machine_spec.hpp"

namespace hvsim::probes {

// "" if a socket has so many cores.
std::string lacks_cores(const MachineSpec& file, unsigned cores);
// "" if there are so many pCPUs.
std::string lacks_pcpus(const MachineSpec& file, unsigned pcpus);
// "" if the cache, "l1", "l2" or "l3", has so many lines.
std::string lacks_lines(const MachineSpec& file, const std::string& cache, std::int64_t lines);
// "" if some socket is that many links away from the first.
std::string lacks_distance(const MachineSpec& file, unsigned hops);
// The first of the reasons that is one.
std::string first_of(const std::vector<std::string>& reasons);

}  // namespace hvsim::probes
