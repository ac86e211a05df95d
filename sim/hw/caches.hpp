// A finite set-associative cache: which lines it holds, in which state; least recently used goes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "sim/base/ids.hpp"
#include "sim/hw/line_states.hpp"
#include "sim/hw/machine_spec.hpp"

namespace hvsim {

class Cache {
 public:
  struct Victim {
    LineId line;
    LineState state;
  };

  // Keeps what it holds in `ways`, one a line of the shape, all zero; they outlive it.
  Cache(const CacheShape& shape, std::span<std::uint32_t> ways);
  // The ways that a cache of that shape needs, and what they take of the host's memory.
  static std::size_t ways(const CacheShape& shape);
  static std::uint64_t table_bytes(const CacheShape& shape);

  // The line's state, invalid if it is not here. Does not count as a use.
  LineState state(LineId line) const;
  // The same, and makes the line the most recently used of its set.
  LineState touch(LineId line);
  // The line's state if it is the most recently used of its set, else invalid.
  LineState last_used(LineId line) const {
    const std::uint32_t way = *set_of(line);
    return holds(way, line) ? state_in(way) : LineState::invalid;
  }
  // Asks the host to have the line's set at hand soon.
  void prefetch(LineId line) const { __builtin_prefetch(set_of(line)); }
  // Sets the state of a line that is here.
  void set_state(LineId line, LineState state);
  // Takes a line out and says which state it had: invalid if it was not here.
  LineState remove(LineId line);
  // Makes the line the most recently used in that state, putting it in if it is not here. Returns
  // the line that had to go for it. A line for which `pinned` says true does not go, unless the
  // whole set is pinned.
  template <class Pinned>
  std::optional<Victim> put(LineId line, LineState state, Pinned pinned);
  std::optional<Victim> put(LineId line, LineState state) {
    return put(line, state, [](LineId) { return false; });
  }
  // What put() and then remove() would do: the line leaves no trace, but for the one that had to
  // go for it.
  std::optional<Victim> pass_through(LineId line);

 private:
  // A way is (line + 1) << 2 | state; a set's ways from most to least recently used, then zeros.
  static std::uint32_t pack(LineId line, LineState state) {
    return (line.n + 1) << 2 | static_cast<std::uint32_t>(state);
  }
  static bool holds(std::uint32_t way, LineId line) { return way >> 2 == line.n + 1; }
  static LineId line_in(std::uint32_t way) { return LineId{(way >> 2) - 1}; }
  static LineState state_in(std::uint32_t way) { return static_cast<LineState>(way & 3); }
  // line % sets, by a mask where the number of sets allows it.
  std::size_t first_way(LineId line) const {
    return std::size_t{mask_ != 0 ? line.n & mask_ : line.n % sets_} * assoc_;
  }
  std::uint32_t* set_of(LineId line) { return &ways_[first_way(line)]; }
  const std::uint32_t* set_of(LineId line) const { return &ways_[first_way(line)]; }
  // Moves the ways before `way` one back and puts `packed` first.
  static void to_front(std::uint32_t* set, unsigned way, std::uint32_t packed) {
    std::copy_backward(set, set + way, set + way + 1);
    set[0] = packed;
  }

  // Moves the ways behind `way` one forward.
  void close_gap(std::uint32_t* set, unsigned way) const {
    for (; way + 1 < assoc_ && set[way + 1] != 0; ++way) {
      set[way] = set[way + 1];
    }
    set[way] = 0;
  }

  unsigned assoc_;
  std::uint32_t sets_;
  std::uint32_t mask_;  // sets - 1 if that is a power of two, else 0
  std::uint32_t* ways_;
};

template <class Pinned>
std::optional<Cache::Victim> Cache::put(LineId line, LineState state, Pinned pinned) {
  std::uint32_t* const set = set_of(line);
  // Each way moves one back, up to where the line was or nothing.
  std::uint32_t out = pack(line, state);
  for (unsigned way = 0; way < assoc_; ++way) {
    std::swap(out, set[way]);
    if (out == 0 || holds(out, line)) {
      return std::nullopt;
    }
  }
  for (unsigned way = assoc_ - 1; way > 0 && pinned(line_in(out)); --way) {
    std::swap(out, set[way]);
  }
  return Victim{line_in(out), state_in(out)};
}

inline LineState Cache::state(LineId line) const {
  const std::uint32_t* const set = set_of(line);
  for (unsigned way = 0; way < assoc_ && set[way] != 0; ++way) {
    if (holds(set[way], line)) {
      return state_in(set[way]);
    }
  }
  return LineState::invalid;
}

inline LineState Cache::touch(LineId line) {
  std::uint32_t* const set = set_of(line);
  for (unsigned way = 0; way < assoc_ && set[way] != 0; ++way) {
    const std::uint32_t found = set[way];
    if (holds(found, line)) {
      to_front(set, way, found);
      return state_in(found);
    }
  }
  return LineState::invalid;
}

inline LineState Cache::remove(LineId line) {
  std::uint32_t* const set = set_of(line);
  for (unsigned way = 0; way < assoc_ && set[way] != 0; ++way) {
    if (holds(set[way], line)) {
      const LineState had = state_in(set[way]);
      close_gap(set, way);
      return had;
    }
  }
  return LineState::invalid;
}

inline std::optional<Cache::Victim> Cache::pass_through(LineId line) {
  std::uint32_t* const set = set_of(line);
  for (unsigned way = 0; way < assoc_; ++way) {
    if (set[way] == 0) {
      return std::nullopt;
    }
    if (holds(set[way], line)) {
      close_gap(set, way);
      return std::nullopt;
    }
  }
  const std::uint32_t last = std::exchange(set[assoc_ - 1], 0);
  return Victim{line_in(last), state_in(last)};
}

}  // namespace hvsim
