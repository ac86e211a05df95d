#include "models/hypervisor/paging/address_space.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace hvsim {

void FrameUse::mapped(Address frame, Pcid space, std::uint64_t page) {
  Use& use = uses_[frame];
  check(!use.mapped, "a frame is mapped in one place");
  use.space = space;
  use.page = page;
  use.mapped = true;
}

void FrameUse::gone(Address frame, Time at) {
  Use& use = uses_.at(frame);
  use.mapped = false;
  use.gone_at = at;
}

// One that was asked for before the last use went may have been of that one.
bool FrameUse::may_reach(Address frame, Pcid space, std::uint64_t page, Time asked) const {
  const Use& use = uses_.at(frame);
  return (use.mapped && use.space == space && use.page == page) || asked <= use.gone_at;
}

Time FrameUse::gone_at(Address frame) const {
  return uses_.at(frame).gone_at;
}

AddressSpace::AddressSpace(Host& host, FrameUse& frames, std::string name, Pcid pcid,
                           SocketId node)
    : memory_(host.memory()), frames_(frames), name_(std::move(name)), pcid_(pcid) {
  root_ = memory_.address_of(&memory_.make<PageTable>(name_ + ".l4", node));
}

void AddressSpace::add_region(Linear first, unsigned pages, SocketId node) {
  for (std::uint64_t page = page_of(first); page < page_of(first) + pages; ++page) {
    PageTable*& leaf = leaves_[page / table_entries];
    if (leaf == nullptr) {
      leaf = &table_at(page * page_bytes, 1, node);
    }
  }
}

// Made if it is not there yet.
PageTable& AddressSpace::table_at(Linear linear, unsigned level, SocketId node) {
  Address at = root_;
  for (unsigned above = paging_levels; above > level; --above) {
    auto* const table = static_cast<PageTable*>(memory_.host(at));
    Shared<std::uint64_t>& entry = table->entry[slot_of(linear, above)];
    if (entry.peek() == 0) {
      const std::string name = name_ + ".l" + std::to_string(above - 1);
      entry.poke(entry_for(memory_.address_of(&memory_.make<PageTable>(name, node))));
    }
    at = frame_of(entry.peek());
  }
  return *static_cast<PageTable*>(memory_.host(at));
}

Shared<std::uint64_t>& AddressSpace::entry_of(Linear linear) {
  return leaves_.at(page_of(linear) / table_entries)->entry[slot_of(linear, 1)];
}

void AddressSpace::map_now(Linear linear, Address frame) {
  entry_of(linear).poke(entry_for(frame));
  frames_.mapped(frame, pcid_, page_of(linear));
}

void AddressSpace::enter(Cpu& cpu, bool pcid) const {
  cpu.write_cr3(root_, pcid ? pcid_ : Pcid{}, !pcid);
}

void AddressSpace::map(Cpu& cpu, Linear linear, Address frame) {
  cpu.ghost_point();
  frames_.mapped(frame, pcid_, page_of(linear));
  cpu.store(entry_of(linear), entry_for(frame));
}

Address AddressSpace::unmap(Cpu& cpu, Linear linear) {
  const Address frame = frame_of(cpu.load(entry_of(linear)));
  cpu.store(entry_of(linear), 0);
  return frame;
}

void AddressSpace::gone(Cpu& cpu, Address frame) {
  const Time at = cpu.now();
  cpu.ghost_point();
  frames_.gone(frame, at);
}

std::optional<Address> AddressSpace::use(Cpu& cpu, Linear linear, Where where) {
  const Time asked = cpu.now();
  const std::optional<Address> address = cpu.translate(linear, where);
  if (!address) {
    return address;
  }
  const Address frame = *address - linear % page_bytes;
  cpu.ghost_point();
  if (!frames_.may_reach(frame, pcid_, page_of(linear), asked)) {
    cpu.violated("TLB-S1",
                 name_ + ": page " + std::to_string(page_of(linear)) + " is translated to " +
                     memory_.name_of(frame) + ", which was unmapped and shot down everywhere by " +
                     std::to_string(frames_.gone_at(frame).ps / 1000) + " ns",
                 &entry_of(linear), where);
  }
  return address;
}

}  // namespace hvsim
