// The grant operations of the hypercall interface: map, unmap, copy.
//
// What it is: GNTTABOP_map_grant_ref, GNTTABOP_unmap_grant_ref and GNTTABOP_copy for version 1
// tables, step by step as Xen took them in January 2016, each on a batch of elements with a status
// of their own. One hypercall entry is paid a batch and after each preemption.
// What you must promise: a call runs on the pCPU its vCPU is pinned to, with interrupts on and no
// lock held.
// What it guarantees: one element's failure leaves nothing behind and does not stop the others;
// unmap gives a page back only when every pCPU that may have used the mapping has dropped it
// (GR-S9); the other checks are those of GrantTable, Maptrack and GrantLedger.
// Source: grant-rwlock sheet, B5; xen eede22972f.
#pragma once

#include <cstdint>
#include <span>

#include "models/hypervisor/grants/status.hpp"
#include "models/hypervisor/hypervisor.hpp"

namespace hvsim {

namespace map_flag {
inline constexpr std::uint16_t device = 1;
inline constexpr std::uint16_t host = 2;
inline constexpr std::uint16_t readonly = 4;
inline constexpr std::uint16_t contains_pte = 16;
}  // namespace map_flag

// The pins that a mapping with these flags is worth.
std::uint32_t pin_kinds(std::uint16_t flags);

// The page-table entry (or IOMMU entry) of a mapping.
constexpr std::uint64_t mapping_entry(Mfn frame, bool writable) {
  return (std::uint64_t{frame.n} << 12) | (writable ? 3u : 1u);
}

struct MapOp {
  std::uint32_t host_page = 0;  // where to map it: page number in the mapper's address space
  std::uint16_t flags = 0;
  GrantRef ref = 0;
  DomainId granter{};
  GrantStatus status{};  // out
  Handle handle = 0;     // out
  Mfn frame{};           // out: for a device mapping
};

struct UnmapOp {
  std::uint32_t host_page = 0;
  bool device = false;  // undo the device mapping, of `frame`
  bool host = true;     // undo the host mapping
  Mfn frame{};
  Handle handle = 0;
  GrantStatus status{};  // out
};

// A place that a copy reads or writes: by grant of `domain`, or a frame of the caller's own.
struct CopyEnd {
  DomainId domain{};
  bool by_grant = false;
  GrantRef ref = 0;
  Gfn gfn{};  // without a grant
  std::uint16_t offset = 0;

  bool operator==(const CopyEnd&) const = default;
};

struct CopyOp {
  CopyEnd source;
  CopyEnd dest;
  std::uint16_t length = 0;
  GrantStatus status{};  // out
};

class GrantOperations {
 public:
  static constexpr unsigned unmaps_a_flush = 32;

  explicit GrantOperations(Hypervisor& hypervisor) : hypervisor_(hypervisor) {}
  virtual ~GrantOperations() = default;

  void map(Cpu& cpu, Domain& caller, const MaptrackVcpu& vcpu, std::span<MapOp> ops);
  void unmap(Cpu& cpu, Domain& caller, std::span<UnmapOp> ops);
  void copy(Cpu& cpu, Domain& caller, std::span<CopyOp> ops);

  // Ghost totals.
  std::uint64_t maps() const { return maps_; }
  std::uint64_t unmaps() const { return unmaps_; }
  std::uint64_t copies() const { return copies_; }

 protected:
  // What unmap's second phase needs of the first.
  struct HalfUnmapped {
    Domain* granter = nullptr;  // null: phase one failed, nothing to complete
    GrantRef ref = 0;
    std::uint16_t map_flags = 0;
    std::uint16_t undone = 0;  // map flags that this element took away
    Mfn frame{};
    Time cleared_at{};  // ghost: when the mapping went
  };
  // A claimed end of a copy, kept from element to element while it fits.
  struct Buffer {
    bool claimed = false;
    CopyEnd end;
    bool writable = false;
    Mfn frame{};
  };
  struct Buffers {
    Domain* source = nullptr;
    Domain* dest = nullptr;
    Buffer from;
    Buffer to;
  };

  // Between the phases of unmap: every pCPU that may use the mappings drops them.
  virtual void flush_mapper(Cpu& cpu, Domain& mapper);
  // The pins of an active entry become `pins`.
  virtual void set_pins(Cpu& cpu, ActiveEntry& entry, std::uint32_t pins);
  // Drops the status bits that no pin needs any more. Under the entry's lock.
  virtual void drop_status(Cpu& cpu, GrantTable& table, GrantRef ref, std::uint32_t pins,
                           bool was_writable);

 private:
  struct Pinned {
    GrantStatus status{};
    Mfn frame{};
  };

  // map.cpp
  GrantStatus map_one(Cpu& cpu, Domain& caller, const MaptrackVcpu& vcpu, MapOp& op);
  Pinned pin_for_map(Cpu& cpu, Domain& caller, Domain& granter, const MapOp& op);
  GrantStatus install(Cpu& cpu, Domain& caller, Domain& granter, const MapOp& op, Mfn frame);
  void undo_pin(Cpu& cpu, Domain& granter, const MapOp& op, Mfn frame);

  // pin.cpp: what the operations share.
  void release_status(Cpu& cpu, GrantTable& table, GrantRef ref, std::uint32_t pins,
                      bool was_writable);
  Pinned fill_entry(Cpu& cpu, Domain& user, Domain& granter, ActiveEntry& entry, GrantRef ref,
                    std::uint32_t pins, bool readonly, StatusFor purpose);
  Pinned get_frame(Cpu& cpu, Domain& owner, Gfn gfn);
  void take_reference(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame);
  void drop_reference(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame);

  // unmap.cpp
  GrantStatus unmap_begin(Cpu& cpu, Domain& caller, const UnmapOp& op, HalfUnmapped& half);
  GrantStatus unpin(Cpu& cpu, Domain& caller, const UnmapOp& op, HalfUnmapped& half);
  GrantStatus remove_mapping(Cpu& cpu, Domain& caller, const UnmapOp& op, HalfUnmapped& half);
  void unmap_complete(Cpu& cpu, Domain& caller, Handle handle, const HalfUnmapped& half);

  // copy.cpp
  GrantStatus copy_one(Cpu& cpu, Domain& caller, CopyOp& op, Buffers& held);
  GrantStatus find_domains(Domain& caller, const CopyOp& op, Buffers& held);
  GrantStatus claim(Cpu& cpu, Domain& caller, Domain& owner, const CopyEnd& end, bool writable,
                    Buffer& buffer);
  Pinned pin_for_copy(Cpu& cpu, Domain& caller, Domain& granter, GrantRef ref, bool readonly);
  void unpin_for_copy(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame, bool readonly);
  void release(Cpu& cpu, Domain& owner, Buffer& buffer);
  void release_all(Cpu& cpu, Buffers& held);
  void check_pinned(Cpu& cpu, const Buffers& held) const;

  // iommu.cpp
  enum class IommuNeed : std::uint8_t { none, read, write };
  void update_iommu(Cpu& cpu, Domain& mapper, Domain& granter, Mfn frame, IommuNeed granted);

  Hypervisor& hypervisor_;
  std::uint64_t maps_ = 0;
  std::uint64_t unmaps_ = 0;
  std::uint64_t copies_ = 0;
};

}  // namespace hvsim
