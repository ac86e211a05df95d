// The hypervisor's own record of a grant that is in use: who pins it, how often, which frame.
//
// What it is: 56 bytes with a ticket spinlock of their own, 73 a page, so entries straddle lines
// as they do in Xen. `pin` holds four byte counters; one whose top bit is set is about to
// overflow. What you must promise: all fields are touched under the entry's lock. Source:
// grant-rwlock sheet, B3; xen common/grant_table.c of January 2016.
#pragma once

#include <cstdint>

#include "sim/hw/cpu.hpp"

namespace hvsim {

struct alignas(8) ActiveEntry {
  Shared<std::uint32_t> pin;
  Shared<std::uint16_t> domid;
  Shared<std::uint16_t> padding;
  Shared<std::uint64_t> trans_domain;
  Shared<std::uint32_t> trans_gref;
  Shared<std::uint32_t> padding2;
  Shared<std::uint64_t> frame;
  Shared<std::uint64_t> gfn;
  Shared<std::uint32_t> part;  // sub-page flag, start and length
  Shared<std::uint32_t> lock;  // ticket spinlock
  Shared<std::uint32_t> lock_recursion;
};
static_assert(sizeof(ActiveEntry) == 56);

struct ActivePage {
  static constexpr unsigned entries = 4096 / sizeof(ActiveEntry);
  ActiveEntry entry[entries];
  Shared<std::uint64_t> rest;
};
static_assert(sizeof(ActivePage) == 4096);

namespace pin {
inline constexpr std::uint32_t host_write = 1;
inline constexpr std::uint32_t host_read = 1u << 8;
inline constexpr std::uint32_t device_write = 1u << 16;
inline constexpr std::uint32_t device_read = 1u << 24;
inline constexpr std::uint32_t writes = 0x00ff00ffu;  // both write counters
inline constexpr std::uint32_t overflow = 0x80808080u;
}  // namespace pin

}  // namespace hvsim
