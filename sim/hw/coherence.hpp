// What an access to a line costs and what it does to the line: MESI over finite caches.
//
// probe() is what a core can do by itself, in its own L1 and L2. Everything else goes through the
// line's directory entry: take() decides who supplies the line, prices that by state and distance,
// and changes every state but the requester's own, which fill() changes when the line arrives.
// Who is served when several want a line is not decided here but by the home agent.
// The prices' meaning:
//   - an access that leaves the core first travels `l3_request`; prices here are for the rest;
//   - ownership costs one hand-over, from whatever core or set of sharers, near or far;
//   - a locked instruction's own time is in a hand-over's price as measured, so it is taken off.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/accounting.hpp"
#include "sim/hw/caches.hpp"
#include "sim/hw/line_counters.hpp"
#include "sim/hw/line_states.hpp"
#include "sim/hw/links.hpp"
#include "sim/hw/machine_spec.hpp"
#include "sim/hw/zero_pages.hpp"

namespace hvsim {

// Whether the line was found modified in another core, and where.
enum class Hitm : std::uint8_t { none, local, remote };

// The answer to one request: when the line arrives, and as what.
struct Move {
  Duration latency{};    // from the line's place in the L3, idle machine
  Duration link_wait{};  // what busy links and channels add
  Cause cause = Cause::l3;
  LineState fill = LineState::shared;
  Hitm hitm = Hitm::none;
  bool exclusive = false;  // others must wait until it has arrived
  bool across = false;     // it, or an invalidation, crosses between sockets
};

enum class Hit : std::uint8_t { l1, l2, none };

class Coherence {
 public:
  Coherence(const MachineSpec& spec, const Topology& topology, const Memory& memory,
            Interconnect& interconnect);
  // What a machine's caches take of the host's memory, once all of them have been full.
  static std::uint64_t table_bytes(const MachineSpec& spec);

  // Looks into the core's own caches. With `own`, the line must be there to be written, and is
  // then modified. A hit counts as a use; an L2 hit also goes into L1.
  [[gnu::always_inline]] Hit probe(CoreId core, LineId line, bool own) {
    const LineState last = caches_[core.n].l1.last_used(line);
    return last == LineState::modified || (last != LineState::invalid && !own)
               ? Hit::l1
               : look_up(core, line, own);
  }
  // Asks the host to have at hand soon what an access of the core to the line looks at.
  void prefetch(CoreId core, LineId line) const {
    caches_[core.n].l2.prefetch(line);
    l3_[directory_.socket(core)].prefetch(line);
    directory_.prefetch(line);
  }
  // Whether the core could read the line now without leaving its caches.
  bool readable(CoreId core, LineId line) const {
    return caches_[core.n].l2.state(line) != LineState::invalid;
  }
  bool in_l1(CoreId core, LineId line) const {
    return caches_[core.n].l1.state(line) != LineState::invalid;
  }

  // Supplies the line to a core at `now`, and says how in `move`. The line is not moving. `ahead`
  // is the part of a cross-socket move that has already passed (see snoop_time).
  void take(CoreId core, LineId line, bool own, Time now, Duration ahead, Move& move);
  // Another core of the same socket reads what take() is bringing to one of its neighbours.
  void share(CoreId core, LineId line);
  // The line has arrived. Does nothing if it was taken away meanwhile,
  // or if the core has got more than that since.
  void fill(CoreId core, LineId line, LineState state);
  // fill() of a line that is the core's alone, and at once recall().
  void fill_and_recall(CoreId core, LineId line, LineState state);
  // Another socket wants the line: its owner may not use its copy any more without asking. The
  // line stays the owner's, in its L3; the owner's next access is a hand-over like anybody's.
  void recall(LineId line);
  // How long a request for a line owned in another socket is under way until that owner notices.
  Duration snoop_time(CoreId core, const DirectoryEntry& entry, bool own) const;

  // The counters of a line for an access from `where` (line_counters.hpp).
  LineCounts& counters(LineId line, Where where) {
    return counters_.at(line, directory_.entry(line), where);
  }
  std::vector<LineReport> report() const { return counters_.report(memory_); }
  Directory& directory() { return directory_; }
  Traffic& traffic() { return traffic_; }

  // From now on tells the listener, at once, when the core loses this line, which it can read.
  // Once.
  void watch(CoreId core, LineId line) { watched_[core.n] = line; }
  void on_lost(std::function<void(CoreId, LineId)> listener) { lost_ = std::move(listener); }

 private:
  struct CoreCaches {
    Cache l1;
    Cache l2;
  };

  Hit look_up(CoreId core, LineId line, bool own);
  void supply_shared(CoreId core, LineId line, DirectoryEntry& entry, Time now, Duration ahead,
                     Move& move);
  void supply_owned(CoreId core, LineId line, DirectoryEntry& entry, Time now, Duration ahead,
                    Move& move);
  void read_from_owner(CoreId core, LineId line, DirectoryEntry& entry, Time now, Duration ahead,
                       Move& move);
  void hand_over(CoreId core, LineId line, DirectoryEntry& entry, Time now, Duration ahead,
                 Move& move);
  void from_memory(unsigned socket, LineId line, Time now, Move& move);
  void across(unsigned from, unsigned to, Duration price, Time now, Duration ahead, Move& move);
  Duration hand_over_remote(unsigned from, unsigned to) const;
  Duration read_remote(unsigned from, unsigned to, bool dirty) const;
  unsigned farthest(unsigned socket, std::uint8_t sockets) const;

  bool dirty_in(CoreId core, LineId line) const {
    return caches_[core.n].l2.state(line) == LineState::modified;
  }
  static std::uint8_t bit(unsigned socket) { return static_cast<std::uint8_t>(1u << socket); }
  void downgrade(CoreId core, LineId line);
  void invalidate(CoreId core, LineId line);
  LineState take_copy(CoreId core, LineId line);
  void tell_if_watched(CoreId core, LineId line);
  void invalidate_all_but(CoreId core, LineId line, DirectoryEntry& entry);
  void hold_in_l3(unsigned socket, LineId line, DirectoryEntry& entry, Time now);
  void drop_from_l3(unsigned socket, LineId line, Time now);
  void evicted_from_l2(CoreId core, const Cache::Victim& victim);
  void write_back(LineId line, Time now);

  const Prices prices_;
  const Topology& topology_;
  const Memory& memory_;
  Interconnect& interconnect_;
  Directory directory_;
  ZeroPages tables_;  // of the caches
  std::vector<CoreCaches> caches_;
  std::vector<Cache> l3_;
  LineCounters counters_;
  Traffic traffic_;
  static constexpr LineId nothing{~0u};
  std::vector<LineId> watched_;  // by core
  std::function<void(CoreId, LineId)> lost_;
};

}  // namespace hvsim
