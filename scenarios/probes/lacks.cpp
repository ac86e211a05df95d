#include "scenarios/probes/lacks.hpp"

#include <algorithm>

#include "scenarios/probes/distance.hpp"

namespace hvsim::probes {

std::string lacks_cores(const MachineSpec& file, unsigned cores) {
  return file.cores_per_socket >= cores
             ? ""
             : "a socket has fewer than " + std::to_string(cores) + " cores";
}

std::string lacks_pcpus(const MachineSpec& file, unsigned pcpus) {
  return file.pcpus() >= pcpus ? "" : "it has fewer than " + std::to_string(pcpus) + " pCPUs";
}

std::string lacks_lines(const MachineSpec& file, const std::string& cache, std::int64_t lines) {
  return lines_in(cache_called(file, cache)) >= lines
             ? ""
             : "its " + cache + " has fewer than " + std::to_string(lines) + " lines";
}

std::string lacks_distance(const MachineSpec& file, unsigned hops) {
  return socket_at(file, hops) ? "" : "no socket is " + away(hops) + " from the first";
}

std::string first_of(const std::vector<std::string>& reasons) {
  const auto found = std::find_if(reasons.begin(), reasons.end(),
                                  [](const std::string& reason) { return !reason.empty(); });
  return found == reasons.end() ? "" : *found;
}

}  // namespace hvsim::probes
