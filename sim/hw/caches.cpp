#include "sim/hw/caches.hpp"

#include <bit>

#include "sim/base/check.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

Cache::Cache(const CacheShape& shape, std::span<std::uint32_t> ways)
    : assoc_(shape.ways),
      sets_(static_cast<std::uint32_t>(shape.bytes / line_bytes / shape.ways)),
      mask_(std::has_single_bit(sets_) ? sets_ - 1 : 0),
      ways_(ways.data()) {
  check(sets_ > 0 && shape.bytes % (line_bytes * shape.ways) == 0, "a whole number of sets");
  check(ways.size() == std::size_t{sets_} * assoc_, "a way for each line");
}

std::size_t Cache::ways(const CacheShape& shape) {
  return shape.bytes / line_bytes;
}

std::uint64_t Cache::table_bytes(const CacheShape& shape) {
  return ways(shape) * sizeof(std::uint32_t);
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

}  // namespace hvsim
