// Page tables as a pCPU walks them: x86-64's four levels of 512 entries in simulated memory.
//
// A linear address is a page number of 36 bits and 12 bits within the page. The page number is
// four slots of 9 bits, one a level: level 4 is the root, which cr3 names, level 1 names the page.
// An entry holds the frame of the next table or of the page, and two flags. Left out: large pages,
// permissions, and the accessed and dirty bits, which are taken as set by whoever writes an entry.
#pragma once

#include <cstdint>

#include "sim/hw/memory.hpp"
#include "sim/hw/shared.hpp"

namespace hvsim {

using Linear = std::uint64_t;  // an address before translation

// Tags translations with the address space that they are of: 12 bits.
struct Pcid {
  std::uint16_t n = 0;
  friend bool operator==(Pcid, Pcid) = default;
};
inline constexpr unsigned pcids = 4096;

inline constexpr unsigned paging_levels = 4;
inline constexpr unsigned table_entries = 512;

struct PageTable {
  Shared<std::uint64_t> entry[table_entries];
};
static_assert(sizeof(PageTable) == page_bytes);

inline constexpr std::uint64_t entry_present = 1;
inline constexpr std::uint64_t entry_global = 0x100;  // level 1: of every address space

constexpr std::uint64_t entry_for(Address frame, std::uint64_t flags = 0) {
  return frame | entry_present | flags;
}
constexpr Address frame_of(std::uint64_t entry) {
  return entry & 0x000f'ffff'ffff'f000;
}
constexpr std::uint64_t page_of(Linear linear) {
  return linear / page_bytes;
}
// Which entry of its table of that level, 4 down to 1, an address is found through.
constexpr unsigned slot_of(Linear linear, unsigned level) {
  return static_cast<unsigned>(page_of(linear) >> (9 * (level - 1)) & (table_entries - 1));
}

}  // namespace hvsim
