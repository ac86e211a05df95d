#include "sim/hw/coherence.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

// The tables of one machine's caches, one behind the other in the host's memory. With a line of
// the host between them: what all cores have of one line would otherwise meet in a few sets of the
// host's caches.
constexpr std::size_t gap = 64;

class Tables {
 public:
  explicit Tables(std::byte* first) : next_(first) {}
  Cache make(const CacheShape& shape) {
    const std::span ways(reinterpret_cast<std::uint32_t*>(next_), Cache::ways(shape));
    next_ += ways.size_bytes() + gap;
    return {shape, ways};
  }

 private:
  std::byte* next_;
};

}  // namespace

std::uint64_t Coherence::table_bytes(const MachineSpec& spec) {
  return spec.cores() * (Cache::table_bytes(spec.l1) + Cache::table_bytes(spec.l2) + 2 * gap) +
         spec.sockets * (Cache::table_bytes(spec.l3) + gap);
}

Coherence::Coherence(const MachineSpec& spec, const Topology& topology, const Memory& memory,
                     Interconnect& interconnect)
    : prices_(spec.prices),
      topology_(topology),
      memory_(memory),
      interconnect_(interconnect),
      directory_(spec.sockets, spec.cores_per_socket),
      tables_(table_bytes(spec)),
      watched_(spec.cores(), nothing) {
  check(spec.sockets <= 8 && spec.cores_per_socket <= 64, "at most 8 sockets of 64 cores");
  Tables tables(tables_.data());
  for (unsigned core = 0; core < spec.cores(); ++core) {
    caches_.push_back({tables.make(spec.l1), tables.make(spec.l2)});
  }
  for (unsigned socket = 0; socket < spec.sockets; ++socket) {
    l3_.push_back(tables.make(spec.l3));
  }
}

// From its owner, the only core that has it: what happens when several write to a line.
inline void Coherence::hand_over(CoreId core, LineId line, DirectoryEntry& entry, Time now,
                                 Duration ahead, Move& move) {
  const CoreId owner{entry.owner};
  const unsigned from = entry.last_socket;
  const unsigned to = directory_.socket(core);
  const bool dirty = entry.recalled ? (entry.dirty_l3 & bit(from)) != 0
                                    : take_copy(owner, line) == LineState::modified;
  directory_.remove_sharer(line, owner);
  entry.dirty_l3 = 0;  // the new owner's copy is the newest
  if (from == to) {
    ++traffic_.local_transfers;
    move.cause = Cause::transfer_same;
    move.latency = prices_.hand_over_same.value - prices_.locked_rmw.value;
  } else {
    across(from, to, hand_over_remote(from, to), now, ahead, move);
    l3_[from].remove(line);
    entry.in_l3 = 0;
  }
  move.hitm = !dirty ? Hitm::none : from == to ? Hitm::local : Hitm::remote;
  move.fill = LineState::modified;
  move.exclusive = true;
}

void Coherence::take(CoreId core, LineId line, bool own, Time now, Duration ahead, Move& move) {
  DirectoryEntry& entry = directory_.entry(line);
  check(!entry.moving, "a line is taken only while it rests");
  const unsigned socket = directory_.socket(core);
  const bool elsewhere = entry.owned() && (entry.owner != core.n || entry.recalled);
  move = Move{};
  if (own && elsewhere) {
    hand_over(core, line, entry, now, ahead, move);
  } else if (own) {
    supply_owned(core, line, entry, now, ahead, move);
  } else if (elsewhere) {
    read_from_owner(core, line, entry, now, ahead, move);
  } else {
    supply_shared(core, line, entry, now, ahead, move);
  }
  if ((entry.in_l3 & bit(socket)) == 0) {
    hold_in_l3(socket, line, entry, now);
  }
  directory_.add_sharer(line, core);
  if (move.fill != LineState::shared) {
    entry.give_to(core);
  }
  entry.last_socket = static_cast<std::uint8_t>(socket);
  entry.moving = move.exclusive;
  entry.moving_across = move.exclusive && move.across;
}

void Coherence::share(CoreId core, LineId line) {
  DirectoryEntry& entry = directory_.entry(line);
  if (entry.owned()) {
    const CoreId owner{entry.owner};
    if (dirty_in(owner, line)) {
      entry.dirty_l3 |= bit(directory_.socket(owner));
    }
    downgrade(owner, line);
  }
  directory_.add_sharer(line, core);
}

// A copy to read, of a line that no other core owns. Exclusive if nobody else has one.
void Coherence::supply_shared(CoreId core, LineId line, DirectoryEntry& entry, Time now,
                              Duration ahead, Move& move) {
  const unsigned socket = directory_.socket(core);
  if (entry.owned()) {  // its own: a thread of the same core was faster
    move.cause = Cause::l1;
    move.fill = caches_[core.n].l2.state(line);
    return;
  }
  if ((entry.in_l3 & bit(socket)) != 0) {
    l3_[socket].touch(line);
    move.latency = prices_.l3_hit.value - prices_.l3_request.value;
    bool alone = entry.in_l3 == bit(socket);
    alone = alone && directory_.sharers(line, socket) == 0;
    move.fill = alone ? LineState::exclusive : LineState::shared;
    move.exclusive = alone;
    return;
  }
  if (entry.in_l3 != 0) {
    const auto from = static_cast<unsigned>(std::countr_zero(entry.in_l3));
    const bool dirty = entry.dirty_l3 != 0;
    if (dirty) {
      write_back(line, now);
      entry.dirty_l3 = 0;
    }
    across(from, socket, read_remote(from, socket, dirty), now, ahead, move);
    return;
  }
  from_memory(socket, line, now, move);
  move.fill = LineState::exclusive;
  move.exclusive = true;
}

// The only copy, to write, of a line that no other core owns.
void Coherence::supply_owned(CoreId core, LineId line, DirectoryEntry& entry, Time now,
                             Duration ahead, Move& move) {
  const unsigned socket = directory_.socket(core);
  if (entry.owned()) {  // its own: a thread of the same core was faster
    move.cause = Cause::l1;
  } else if (const auto others = static_cast<std::uint8_t>(entry.in_l3 & ~bit(socket));
             others != 0) {
    const unsigned from = farthest(socket, others);
    across(from, socket, hand_over_remote(from, socket), now, ahead, move);
  } else if (entry.in_l3 != 0) {
    l3_[socket].touch(line);
    std::uint64_t& sharers = directory_.sharers(line, socket);
    const bool shared_here =
        (sharers & ~(std::uint64_t{1} << (core.n % directory_.cores_per_socket()))) != 0;
    move.latency = shared_here ? prices_.hand_over_same.value - prices_.locked_rmw.value
                               : prices_.l3_hit.value - prices_.l3_request.value;
    move.cause = shared_here ? Cause::transfer_same : Cause::l3;
  } else {
    from_memory(socket, line, now, move);
  }
  move.fill = LineState::modified;
  move.exclusive = true;
  invalidate_all_but(core, line, entry);
}

void Coherence::read_from_owner(CoreId core, LineId line, DirectoryEntry& entry, Time now,
                                Duration ahead, Move& move) {
  const CoreId owner{entry.owner};
  const unsigned from = entry.last_socket;
  const unsigned to = directory_.socket(core);
  const bool dirty = entry.recalled ? (entry.dirty_l3 & bit(from)) != 0 : dirty_in(owner, line);
  if (from != to) {
    across(from, to, read_remote(from, to, dirty), now, ahead, move);
    if (dirty) {
      write_back(line, now);  // a dirty line read across is clean everywhere afterwards
      entry.dirty_l3 = 0;
    }
  } else {
    ++traffic_.local_transfers;
    move.cause = Cause::transfer_same;
    move.latency =
        (dirty ? prices_.dirty_same.value : prices_.clean_same.value) - prices_.l3_request.value;
    if (dirty) {
      entry.dirty_l3 |= bit(from);
    }
  }
  downgrade(owner, line);
  move.hitm = !dirty ? Hitm::none : from == to ? Hitm::local : Hitm::remote;
  move.exclusive = true;
}

void Coherence::from_memory(unsigned socket, LineId line, Time now, Move& move) {
  const unsigned node = memory_.node_of(line).n;
  ++traffic_.dram_reads;
  move.cause = Cause::memory;
  move.link_wait = interconnect_.line_of_memory(node, now);
  if (node == socket) {
    move.latency = prices_.dram_local.value;
  } else {
    move.latency =
        prices_.dram_remote.value + prices_.hop.value * (topology_.hops(node, socket) - 1);
    move.link_wait += interconnect_.line_across(node, socket, now);
  }
  move.latency -= prices_.l3_request.value;
}

void Coherence::across(unsigned from, unsigned to, Duration price, Time now, Duration ahead,
                       Move& move) {
  ++traffic_.remote_transfers;
  // The snoop may have set out for an owner farther away than the one it found.
  move.latency = price - std::min(price, ahead);
  move.link_wait = interconnect_.line_across(from, to, now);
  move.cause = Cause::transfer_cross;
  move.across = true;
}

Duration Coherence::hand_over_remote(unsigned from, unsigned to) const {
  return prices_.hand_over_remote.value - prices_.locked_rmw.value +
         prices_.hop.value * (topology_.hops(from, to) - 1);
}

Duration Coherence::read_remote(unsigned from, unsigned to, bool dirty) const {
  return (dirty ? prices_.dirty_remote.value : prices_.clean_remote.value) -
         prices_.l3_request.value + prices_.hop.value * (topology_.hops(from, to) - 1);
}

// Half of the way: request and answer are taken to be of one length. A reader's snoop does not
// know whether it will find the line dirty; it is never under way for longer than a clean line
// takes.
Duration Coherence::snoop_time(CoreId core, const DirectoryEntry& entry, bool own) const {
  const unsigned to = directory_.socket(core);
  const unsigned from = entry.last_socket;
  if (from == to) {
    return Duration{};
  }
  return own ? hand_over_remote(from, to) / 2
             : std::min(read_remote(from, to, true) / 2, read_remote(from, to, false));
}

// Of several sockets, the one that is most hops away; the lowest number of those.
unsigned Coherence::farthest(unsigned socket, std::uint8_t sockets) const {
  unsigned best = static_cast<unsigned>(std::countr_zero(sockets));
  for (unsigned other = 0; other < directory_.sockets(); ++other) {
    if ((sockets & bit(other)) != 0 &&
        topology_.hops(other, socket) > topology_.hops(best, socket)) {
      best = other;
    }
  }
  return best;
}

}  // namespace hvsim
