// Top-level page tables (L4) in simulated memory: the guests' own, and the hypervisor's shadows.
//
// What it is: frames of 512 entries of 8 bytes each, and for every frame the part of its page_info
// that says whether some pCPU runs on it. An address is that of the frame, page-aligned, as cr3
// has it; 0 is no frame. What you must promise: frames are allocated before the run.
// What it guarantees: contents are words like any other: whatever is copied, stored or left stale
// is there to be read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

using L4Entry = Shared<std::uint64_t>;

namespace l4 {
inline constexpr unsigned entries = 512;
// The slot of the per-pCPU region of the address space: it differs on every pCPU.
inline constexpr unsigned percpu_slot = 257;
inline constexpr std::uint64_t present = 1;
// Set by the hardware; whoever compares entries leaves these two out.
inline constexpr std::uint64_t accessed_and_dirty = 0x60;
}  // namespace l4

class L4Frames {
 public:
  explicit L4Frames(Host& host) : host_(host) {}

  // `count` frames in a row on a node, in reports "name.0", "name.1"; the first one's address.
  Address allocate(const std::string& name, unsigned count, SocketId node);

  bool knows(Address frame) const { return find(frame) != none; }
  // `frame` must be one of these.
  unsigned number(Address frame) const;
  std::size_t size() const { return words_.size(); }
  L4Entry* entries(Address frame) const {
    return static_cast<L4Entry*>(host_.memory().host(frame));
  }
  L4Entry& entry(Address frame, unsigned slot) const { return entries(frame)[slot]; }
  // Whether a pCPU's cr3 names it: set and cleared by locked instructions.
  Shared<std::uint64_t>& in_use(Address frame) { return words_[number(frame)]->in_use; }

 private:
  struct alignas(32) PageWords {  // as large as a page_info
    Shared<std::uint64_t> in_use;
  };
  static constexpr unsigned none = ~0u;
  unsigned find(Address frame) const;

  Host& host_;
  std::vector<PageWords*> words_;  // by number
  std::vector<unsigned> numbers_;  // by page of memory
};

}  // namespace hvsim
