// Numbers that name things, each kind its own type, so that a core never passes for a socket.
#pragma once

#include <compare>
#include <cstdint>

namespace hvsim {

template <class Kind>
struct Id {
  std::uint32_t n = 0;

  constexpr auto operator<=>(const Id&) const = default;
};

using PcpuId = Id<struct PcpuKind>;      // a logical processor: one hardware thread
using CoreId = Id<struct CoreKind>;      // the hardware threads that share L1 and L2
using SocketId = Id<struct SocketKind>;  // the cores that share an L3; also a NUMA node
using StrandId = Id<struct StrandKind>;  // a stack of simulated code (sim/time)
using LineId = Id<struct LineKind>;      // a 64-byte line of simulated memory: offset / 64
using Rank = Id<struct RankKind>;        // who goes first among strands of one instant

}  // namespace hvsim
