// What a domain has mapped of others: one entry a handle, with a free list a vCPU.
//
// What it is: 16-byte entries in pages of 256. A free entry is linked through `ref`. Each vCPU has
// a head to take from and a tail to give back to; one entry always stays in a list, so that giving
// back never meets an empty one. An entry goes back to the list of the vCPU that owns it, wherever
// it is freed. A vCPU whose list is used up grows the array, or, at its limit, steals.
// What you must promise: get() runs on the pCPU of the vCPU it is called for.
// What it guarantees: each handle is in exactly one list or in use, and none is lost (GR-S7): a
// double hand-out or hand-in is reported at once, a lost one by check().
// Source: grant-rwlock sheet, B3; xen dff515dfea.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/domain_id.hpp"
#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

using Handle = std::uint32_t;

struct MaptrackEntry {
  Shared<std::uint32_t> ref;    // in use: the grant; free: the next free handle
  Shared<std::uint16_t> flags;  // not 0: in use, the map flags
  Shared<std::uint16_t> domid;
  Shared<std::uint32_t> vcpu;  // owner of the free list it returns to
  Shared<std::uint32_t> padding;
};
static_assert(sizeof(MaptrackEntry) == 16);

// The free-list ends of a vCPU.
struct MaptrackEnds {
  Shared<std::uint32_t> maptrack_head;
  Shared<std::uint32_t> maptrack_tail;
};

// A vCPU as grant operations see it: whose free list is used.
struct MaptrackVcpu {
  unsigned index = 0;
  PcpuId pcpu{};
  MaptrackEnds* words = nullptr;
};

class Maptrack {
 public:
  static constexpr Handle end = ~Handle{0};  // ends a list
  static constexpr unsigned entries_a_page = 256;

  // `limit` and `lock` are words of the grant table's header. At most `max_pages` pages.
  Maptrack(Host& host, const std::string& name, unsigned max_pages, SocketId node,
           Shared<std::uint32_t>& limit, TicketWord& lock);
  virtual ~Maptrack() = default;

  // A handle of `self`'s list, of a new page, or of another vCPU's list; none if all are in use.
  std::optional<Handle> get(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                            const MaptrackVcpu& self);
  void put(Cpu& cpu, std::span<const MaptrackVcpu> vcpus, Handle handle);

  MaptrackEntry& entry(Handle handle) { return entries_[handle]; }
  std::uint32_t limit(Cpu& cpu) { return cpu.load(limit_); }

  unsigned in_use() const { return in_use_count_; }
  // After the run: walks every list and counts (GR-S7).
  void check(Cpu& cpu, std::span<const MaptrackVcpu> vcpus);

 protected:
  // Takes from one vCPU's list; none if only the last entry is left.
  virtual std::optional<Handle> take(Cpu& cpu, const MaptrackVcpu& owner);
  // Puts an entry at the end of its owner's list.
  virtual void append(Cpu& cpu, const MaptrackVcpu& owner, Handle handle);

 private:
  std::optional<Handle> grow(Cpu& cpu, const MaptrackVcpu& self);
  std::optional<Handle> steal(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                              const MaptrackVcpu& self);
  std::optional<Handle> steal_with_spare(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                                         const MaptrackVcpu& self);
  void handed_out(Cpu& cpu, Handle handle);

  std::span<MaptrackEntry> entries_;
  Address first_;
  unsigned max_pages_;
  Shared<std::uint32_t>& limit_;
  TicketSpinlock lock_;
  Random random_;
  std::vector<bool> in_use_;  // ghost
  unsigned in_use_count_ = 0;
};

}  // namespace hvsim
