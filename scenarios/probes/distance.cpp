#include "scenarios/probes/distance.hpp"

#include <algorithm>
#include <limits>

namespace hvsim::probes {

std::vector<unsigned> hops_from_first(const MachineSpec& file) {
  const unsigned unknown = std::numeric_limits<unsigned>::max() - 1;
  std::vector<unsigned> hops(file.sockets, unknown);
  hops[0] = 0;
  for (unsigned round = 0; round < file.sockets; ++round) {
    for (const auto& [a, b] : file.links) {
      hops[a] = std::min(hops[a], hops[b] + 1);
      hops[b] = std::min(hops[b], hops[a] + 1);
    }
  }
  return hops;
}

std::optional<unsigned> socket_at(const MachineSpec& file, unsigned hops) {
  const std::vector<unsigned> all = hops_from_first(file);
  const auto found = std::find(all.begin(), all.end(), hops);
  if (found == all.end()) {
    return std::nullopt;
  }
  return static_cast<unsigned>(found - all.begin());
}

std::vector<unsigned> distances(const MachineSpec& file) {
  const std::vector<unsigned> all = hops_from_first(file);
  const unsigned farthest = *std::max_element(all.begin(), all.end());
  std::vector<unsigned> each;
  for (unsigned hops = 1; hops <= std::max(2u, farthest); ++hops) {
    each.push_back(hops);
  }
  return each;
}

std::string away(unsigned hops) {
  return std::to_string(hops) + (hops == 1 ? " hop away" : " hops away");
}

Formula with_hops(const Formula& near, unsigned hops) {
  if (hops == 1) {
    return near;
  }
  const auto further = static_cast<std::int64_t>(hops - 1);
  const Formula by_links("hop", {"prices.hop", "links"},
                         [](const MachineSpec& spec) { return spec.prices.hop.value.ps; });
  return near + (further == 1 ? by_links : number(further) * by_links);
}

}  // namespace hvsim::probes
