// One access that left its core and is on its way: an L1 and L2 miss, or a store-buffer commit.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/coherence.hpp"

namespace hvsim {

struct Request {
  enum class Phase : std::uint8_t {
    idle,
    travelling,  // from the core to the line's place in its socket's L3
    waiting,     // there, for others to be done with the line
    crossing,    // on to the socket that owns the line, as a snoop
    snooping,    // there, next in line when the running move is done
    moving,      // granted: the line, or the permission, is on its way
  };

  StrandId strand;         // who acts for it
  std::uint32_t turn = 0;  // who is first at one instant: see take_turns
  CoreId core;
  LineId line;
  bool own = false;  // to write
  Duration hold{};   // how long after arrival the line is kept: a locked instruction's own time
  Where where;
  Phase phase = Phase::idle;
  Time next = Time::never();  // when its strand must act for it; never: somebody will say
  Time issued{};
  Time arrived{};    // at the line's place in the L3
  Time lands{};      // while crossing: when the snoop is there
  Duration ahead{};  // of a cross-socket move, what its snoop has already taken
  Move move;         // how it was granted
};

// At one instant the smaller rank is first, and of one strand the commit of a store before the
// access of the running verb.
inline void take_turns(Rank rank, Request& commit, Request& access) {
  commit.turn = rank.n * 2;
  access.turn = rank.n * 2 + 1;
}

}  // namespace hvsim
