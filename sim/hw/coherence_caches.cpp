// The half of Coherence that keeps caches and directory in step: fills, evictions, invalidations.
#include <bit>

#include "sim/base/check.hpp"
#include "sim/hw/coherence.hpp"

namespace hvsim {

Hit Coherence::look_up(CoreId core, LineId line, bool own) {
  CoreCaches& caches = caches_[core.n];
  LineState state = caches.l1.touch(line);
  Hit hit = Hit::l1;
  if (state == LineState::invalid) {
    state = caches.l2.touch(line);
    hit = Hit::l2;
  }
  if (state == LineState::invalid || (own && state == LineState::shared)) {
    return Hit::none;
  }
  if (hit == Hit::l2) {
    caches.l1.put(line, state);  // the victim is still in L2, in the same state
  }
  if (own && state == LineState::exclusive) {
    caches.l1.set_state(line, LineState::modified);
    caches.l2.set_state(line, LineState::modified);
  }
  return hit;
}

void Coherence::fill(CoreId core, LineId line, LineState state) {
  const bool owned_since = state == LineState::shared && directory_.entry(line).owner == core.n;
  if (!directory_.has_sharer(line, core) || owned_since) {
    return;
  }
  CoreCaches& caches = caches_[core.n];
  if (const auto victim = caches.l2.put(line, state)) {
    evicted_from_l2(core, *victim);
  }
  caches.l1.put(line, state);
  DirectoryEntry& entry = directory_.entry(line);
  entry.recalled = entry.recalled && entry.owner != core.n;
}

void Coherence::fill_and_recall(CoreId core, LineId line, LineState state) {
  DirectoryEntry& entry = directory_.entry(line);
  CoreCaches& caches = caches_[core.n];
  if (const auto victim = caches.l2.pass_through(line)) {
    evicted_from_l2(core, *victim);
  }
  caches.l1.pass_through(line);
  if (state == LineState::modified) {
    entry.dirty_l3 |= bit(directory_.socket(core));
  }
  entry.recalled = true;
  tell_if_watched(core, line);
}

// L2 holds what L1 holds, so its victim leaves the core.
void Coherence::evicted_from_l2(CoreId core, const Cache::Victim& victim) {
  caches_[core.n].l1.remove(victim.line);
  DirectoryEntry& entry = directory_.entry(victim.line);
  directory_.remove_sharer(victim.line, core);
  if (entry.owner == core.n && !entry.moving) {
    entry.disown();
    if (victim.state == LineState::modified) {
      entry.dirty_l3 |= static_cast<std::uint8_t>(1u << directory_.socket(core));
    }
  } else if (entry.owner == core.n) {
    directory_.add_sharer(victim.line, core);  // it is on its way here as the new owner
  }
}

// An owner lets others read.
void Coherence::downgrade(CoreId core, LineId line) {
  CoreCaches& caches = caches_[core.n];
  if (caches.l2.state(line) != LineState::invalid) {
    caches.l2.set_state(line, LineState::shared);
  }
  if (caches.l1.state(line) != LineState::invalid) {
    caches.l1.set_state(line, LineState::shared);
  }
  directory_.entry(line).disown();
}

void Coherence::recall(LineId line) {
  DirectoryEntry& entry = directory_.entry(line);
  if (!entry.owned() || entry.recalled) {
    return;
  }
  const CoreId owner{entry.owner};
  if (take_copy(owner, line) == LineState::modified) {
    entry.dirty_l3 |= bit(directory_.socket(owner));
  }
  entry.recalled = true;
}

void Coherence::invalidate(CoreId core, LineId line) {
  directory_.remove_sharer(line, core);
  take_copy(core, line);
}

// Returns the state it had.
LineState Coherence::take_copy(CoreId core, LineId line) {
  const LineState had = caches_[core.n].l2.remove(line);
  if (had != LineState::invalid) {
    caches_[core.n].l1.remove(line);
  }
  tell_if_watched(core, line);
  return had;
}

void Coherence::tell_if_watched(CoreId core, LineId line) {
  if (watched_[core.n] == line) {
    watched_[core.n] = nothing;
    lost_(core, line);
  }
}

void Coherence::invalidate_all_but(CoreId core, LineId line, DirectoryEntry& entry) {
  const std::uint8_t here = bit(directory_.socket(core));
  for (unsigned having = entry.in_l3; having != 0; having &= having - 1) {
    const auto socket = static_cast<unsigned>(std::countr_zero(having));
    for (std::uint64_t left = directory_.sharers(line, socket); left != 0; left &= left - 1) {
      const CoreId sharer{socket * directory_.cores_per_socket() +
                          static_cast<unsigned>(std::countr_zero(left))};
      if (sharer != core) {
        invalidate(sharer, line);
      }
    }
    if (socket != directory_.socket(core)) {
      l3_[socket].remove(line);
    }
  }
  entry.in_l3 &= here;
  entry.dirty_l3 = 0;  // the owner's copy is the newest
  entry.disown();
}

void Coherence::hold_in_l3(unsigned socket, LineId line, DirectoryEntry& entry, Time now) {
  entry.in_l3 |= bit(socket);
  const auto moving = [&](LineId other) { return directory_.entry(other).moving; };
  if (const auto victim = l3_[socket].put(line, LineState::shared, moving)) {
    drop_from_l3(socket, victim->line, now);
  }
}

// An inclusive L3 takes a line from its cores when it has no room for it.
void Coherence::drop_from_l3(unsigned socket, LineId line, Time now) {
  DirectoryEntry& entry = directory_.entry(line);
  check(!entry.moving, "a moving line stays in its L3");
  bool dirty = (entry.dirty_l3 >> socket & 1) != 0;
  for (std::uint64_t left = directory_.sharers(line, socket); left != 0; left &= left - 1) {
    const CoreId sharer{socket * directory_.cores_per_socket() +
                        static_cast<unsigned>(std::countr_zero(left))};
    if (entry.owner == sharer.n) {
      dirty = dirty || dirty_in(sharer, line);
      entry.disown();
    }
    invalidate(sharer, line);
  }
  const auto mask = static_cast<std::uint8_t>(~(1u << socket));
  entry.in_l3 &= mask;
  entry.dirty_l3 &= mask;
  if (dirty) {
    write_back(line, now);
  }
}

// To memory, in the background: it takes bandwidth, nobody waits.
void Coherence::write_back(LineId line, Time now) {
  ++traffic_.dram_writes;
  interconnect_.line_of_memory(memory_.node_of(line).n, now);
}

}  // namespace hvsim
