// How far sockets are from the first one, by a search over the machine file's list of links that
// is not the simulator's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/probes/formula.hpp"

namespace hvsim::probes {

// Links on a shortest way from the first socket to each.
std::vector<unsigned> hops_from_first(const MachineSpec& file);
// The lowest socket that is so far from the first.
std::optional<unsigned> socket_at(const MachineSpec& file, unsigned hops);
// Every distance that a table has rows for: up to the farthest socket's, and two at least.
std::vector<unsigned> distances(const MachineSpec& file);
// "1 hop away".
std::string away(unsigned hops);
// `near`, the price of one hop, and what the further ones add.
Formula with_hops(const Formula& near, unsigned hops);

}  // namespace hvsim::probes
