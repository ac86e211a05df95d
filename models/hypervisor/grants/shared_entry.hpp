// A shared grant entry, version 1: eight bytes that the guest and the hypervisor both write.
//
// What it is: flags and domid in one word, as set_status reads and exchanges them, and the frame.
// Eight entries lie on a line. The flags are 16 bits for the guest; here both sides use the 32-bit
// word, so that no access is of another size than its neighbour's.
// What it guarantees: set_status() ends after five tries whatever the guest does to the word
// (GR-L1). Source: grant-rwlock sheet, B3 and B4.
#pragma once

#include <cstdint>

#include "models/hypervisor/domain_id.hpp"
#include "models/hypervisor/grants/status.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

struct SharedEntry {
  Shared<std::uint32_t> flags_domid;  // domid << 16 | flags
  Shared<std::uint32_t> frame;        // a gfn of an external granter, an mfn of a PV one
};
static_assert(sizeof(SharedEntry) == 8);

namespace grant_flag {
inline constexpr std::uint32_t type_mask = 3;
inline constexpr std::uint32_t permit_access = 1;
inline constexpr std::uint32_t readonly = 1u << 2;
inline constexpr std::uint32_t reading = 1u << 3;  // set and cleared by the hypervisor
inline constexpr std::uint32_t writing = 1u << 4;
inline constexpr std::uint32_t sub_page = 1u << 8;
}  // namespace grant_flag

enum class StatusFor : std::uint8_t { map, copy };

// Marks the entry as in use for reading, and for writing unless `readonly`. `pinned`: some pin
// exists already, so type and domain have been looked at. The hypervisor's side.
GrantStatus set_status(Cpu& cpu, SharedEntry& entry, DomainId user, bool readonly, bool pinned,
                       StatusFor purpose);
void clear_reading(Cpu& cpu, SharedEntry& entry);
void clear_writing(Cpu& cpu, SharedEntry& entry);

// The guest's side. Granting is plain stores, the flags last; revoking fails while the hypervisor
// shows the entry in use.
void grant_access(Cpu& cpu, SharedEntry& entry, DomainId user, std::uint32_t frame, bool readonly);
bool revoke_access(Cpu& cpu, SharedEntry& entry);

}  // namespace hvsim
