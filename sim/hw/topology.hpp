// The shape of a machine as a graph: sockets joined by links, with their cores and caches.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

class Topology {
 public:
  // Errors: a socket that no link reaches throws InternalError.
  explicit Topology(const MachineSpec& spec);

  // Links on a shortest way between two sockets; 0 to itself.
  unsigned hops(unsigned from, unsigned to) const { return hops_[from * sockets_ + to]; }
  // The directed links on that way, in order: indices below directions().
  const std::vector<unsigned>& route(unsigned from, unsigned to) const {
    return routes_[from * sockets_ + to];
  }
  // Each link counts twice, once a direction.
  unsigned directions() const { return static_cast<unsigned>(directions_.size()); }
  std::pair<unsigned, unsigned> direction(unsigned index) const { return directions_[index]; }

  // The machine as a Graphviz graph: sockets with cores, caches and memory, links with their rate.
  std::string graphviz() const;

 private:
  MachineSpec spec_;
  unsigned sockets_;
  std::vector<std::pair<unsigned, unsigned>> directions_;
  std::vector<unsigned> hops_;
  std::vector<std::vector<unsigned>> routes_;
};

}  // namespace hvsim
