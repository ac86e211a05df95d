// Frames of memory and the page_info that the hypervisor keeps for each.
//
// What it is: the frame table. A frame has a number (Mfn), a place in simulated memory, and a
// page_info of 32 bytes, two a cache line as in Xen, with a reference count and a typed count.
// What you must promise: every get_page() is matched by a put_page(), every get_page_type() by a
// put_page_type(); frames are allocated before the run.
// What it guarantees: a count changes by a locked cmpxchg, one at least a change; dropping the
// last reference of a frame that its owner still has, or one nobody has, is reported (GR-S8).
// Source: grant-rwlock sheet, B5 step 7; superpage sheet for the words; xen asm-x86/mm.h of 2015.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/hypervisor/domain_id.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

using Mfn = Id<struct MfnKind>;  // machine frame number
using Gfn = Id<struct GfnKind>;  // guest frame number

struct PageInfo {
  Shared<std::uint32_t> next;  // free list or page list of the owner
  Shared<std::uint32_t> previous;
  Shared<std::uint64_t> count_info;
  Shared<std::uint64_t> type_info;
  Shared<std::uint32_t> owner;
  Shared<std::uint32_t> tlbflush_timestamp;

  static constexpr std::uint64_t allocated = std::uint64_t{1} << 63;
  static constexpr std::uint64_t count_mask = (std::uint64_t{1} << 55) - 1;
  static constexpr std::uint64_t writable = std::uint64_t{7} << 61;  // type_info: writable page
  static constexpr std::uint64_t type_mask = std::uint64_t{7} << 61;
  static constexpr std::uint64_t type_count_mask = (std::uint64_t{1} << 57) - 1;
};
static_assert(sizeof(PageInfo) == 32);

class FrameTable {
 public:
  // Room for `capacity` frames; the array lies on node 0.
  FrameTable(Host& host, unsigned capacity);

  // `count` frames for `owner` on `node`, numbered one after the other; the first number.
  Mfn allocate(const std::string& name, DomainId owner, unsigned count, SocketId node);

  bool valid(Mfn mfn) const { return mfn.n < addresses_.size(); }
  PageInfo& info(Mfn mfn) { return infos_[mfn.n]; }
  Address address(Mfn mfn) const { return addresses_[mfn.n]; }
  std::size_t capacity() const { return infos_.size(); }

  // One more reference, if the frame is in use and `owner`'s. Returns whether it was.
  bool get_page(Cpu& cpu, Mfn mfn, DomainId owner);
  void put_page(Cpu& cpu, Mfn mfn);
  // One more use as a writable page; false if the frame is in use as something else.
  bool get_writable_type(Cpu& cpu, Mfn mfn);
  void put_writable_type(Cpu& cpu, Mfn mfn);

 private:
  Host& host_;
  std::span<PageInfo> infos_;
  std::vector<Address> addresses_;
};

}  // namespace hvsim
