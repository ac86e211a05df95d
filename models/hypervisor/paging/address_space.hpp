// The address space of a process: its page tables in memory, and what must be true of their use.
//
// What it is: four levels of tables that a pCPU walks. A region's upper tables are laid out before
// the run; then pages come and go by a store to their entry. Ghost state knows for each frame what
// it is mapped as, and since when it may no longer be reached.
// What you must promise: after unmap() every pCPU that may keep the translation drops it; then
// gone() says so, before the frame is used for anything else. A frame is mapped in one place.
// What it guarantees: use() ends the run with a finding if a translation leads to a frame that
// was gone before it was asked for: TLB-S1. Costs no simulated time beside the verbs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

// What the address spaces of a host know of its frames, for checks.
class FrameUse {
 public:
  void mapped(Address frame, Pcid space, std::uint64_t page);
  void gone(Address frame, Time at);
  // Whether a translation of `page` that was asked for at `asked` may lead to `frame`.
  bool may_reach(Address frame, Pcid space, std::uint64_t page, Time asked) const;
  // When what the frame was mapped as last went.
  Time gone_at(Address frame) const;

 private:
  struct Use {
    Pcid space;
    std::uint64_t page = 0;
    bool mapped = false;
    Time gone_at{};
  };
  std::map<Address, Use> uses_;
};

class AddressSpace {
 public:
  AddressSpace(Host& host, FrameUse& frames, std::string name, Pcid pcid, SocketId node);

  // Before the run: the tables that lead to a region, and entries for it, on a node.
  void add_region(Linear first, unsigned pages, SocketId node);
  // Before the run, too.
  void map_now(Linear linear, Address frame);

  // cr3 names this space from here on. `pcid` on: its translations have its own tag and are kept;
  // off: all spaces share tag 0, and what was kept is lost.
  void enter(Cpu& cpu, bool pcid) const;
  // A store to the page's entry.
  void map(Cpu& cpu, Linear linear, Address frame);
  // Another; returns the frame.
  Address unmap(Cpu& cpu, Linear linear);
  // No pCPU reaches this frame any more.
  void gone(Cpu& cpu, Address frame);
  // Where a page is, as the pCPU sees it. Its cr3 must name this space.
  std::optional<Address> use(Cpu& cpu, Linear linear, Where where = Where::here());

 private:
  PageTable& table_at(Linear linear, unsigned level, SocketId node);
  Shared<std::uint64_t>& entry_of(Linear linear);

  Memory& memory_;
  FrameUse& frames_;
  std::string name_;
  Pcid pcid_;
  Address root_ = 0;
  std::map<std::uint64_t, PageTable*> leaves_;  // by page number / 512
};

}  // namespace hvsim
