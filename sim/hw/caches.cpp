#include "sim/hw/caches.hpp"

#include <bit>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

Cache::Cache(const CacheShape& shape)
    : assoc_(shape.ways),
      sets_(static_cast<std::uint32_t>(shape.bytes / line_bytes / shape.ways)),
      mask_(std::has_single_bit(sets_) ? sets_ - 1 : 0),
      ways_(static_cast<std::size_t>(sets_) * assoc_) {
  check(sets_ > 0 && shape.bytes % (line_bytes * shape.ways) == 0, "a whole number of sets");
}

void Cache::set_state(LineId line, LineState state) {
  std::uint32_t* const set = set_of(line);
  for (unsigned way = 0; way < assoc_ && set[way] != 0; ++way) {
    if (holds(set[way], line)) {
      set[way] = pack(line, state);
      return;
    }
  }
  check(false, "the line is in this cache");
}

LineState Cache::remove(LineId line) {
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

std::optional<Cache::Victim> Cache::pass_through(LineId line) {
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

// Moves the ways behind `way` one forward.
void Cache::close_gap(std::uint32_t* set, unsigned way) const {
  for (; way + 1 < assoc_ && set[way + 1] != 0; ++way) {
    set[way] = set[way + 1];
  }
  set[way] = 0;
}

}  // namespace hvsim
