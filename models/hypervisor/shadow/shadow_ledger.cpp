#include "models/hypervisor/shadow/shadow_ledger.hpp"

#include <algorithm>
#include <bit>

namespace hvsim {

namespace {

std::string pcpu_text(PcpuId pcpu) {
  return "pCPU " + std::to_string(pcpu.n);
}

std::string slot_text(unsigned slot) {
  return "slot " + std::to_string(slot);
}

}  // namespace

ShadowLedger::ShadowLedger(Host& host, const L4Frames& frames)
    : memory_(host.memory()), frames_(frames), pcpus_(host.pcpus()) {}

ShadowLedger::Frame& ShadowLedger::frame(Address address) {
  if (of_frame_.size() < frames_.size()) {
    of_frame_.resize(frames_.size());
  }
  return of_frame_[frames_.number(address)];
}

void ShadowLedger::typed(Cpu& cpu, const PvDomainTables& domain, Address address, Where where) {
  if (frame(address).typed) {
    cpu.violated("SC-S5", table_text(address) + " is an L4 already", frames_.entries(address),
                 where);
  }
  starts_typed(domain, address);
}

void ShadowLedger::starts_typed(const PvDomainTables& domain, Address address) {
  Frame& it = frame(address);
  it.typed = true;
  it.owner = domain.id;
  it.changed.clear();
  it.used = {};
  for (unsigned slot = 0; slot < l4::entries; ++slot) {
    if (frames_.entry(address, slot).peek() != 0) {
      it.used[slot / 64] |= std::uint64_t{1} << (slot % 64);
    }
  }
}

void ShadowLedger::untyped(Address address) {
  frame(address).typed = false;
}

bool ShadowLedger::is_l4_of(DomainId domain, Address address) const {
  if (!frames_.knows(address) || frames_.number(address) >= of_frame_.size()) {
    return false;
  }
  return of(address).typed && of(address).owner == domain;
}

void ShadowLedger::write_begins(Address address, unsigned slot) {
  Frame& it = frame(address);
  it.changing.push_back(slot);
  it.used[slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void ShadowLedger::write_ends(Address address, unsigned slot, Time now) {
  Frame& it = frame(address);
  it.changing.erase(std::find(it.changing.begin(), it.changing.end(), slot));
  it.changed[slot] = now;
}

// A copy into the frame in cr3: from now on that one stands for the other table.
void ShadowLedger::copy_begins(const Cpu& cpu, Address guest, Address shadow) {
  Pcpu& mine = pcpus_[cpu.id().n];
  mine.copy_of = guest;
  mine.copy_into = shadow;
  if (mine.live == shadow) {
    mine.stands_for = guest;
  }
}

void ShadowLedger::copy_ends(const Cpu& cpu) {
  pcpus_[cpu.id().n].copy_of = 0;
  pcpus_[cpu.id().n].copy_into = 0;
}

void ShadowLedger::loads(Cpu& cpu, Address address, Address guest, bool exclusive, Where where) {
  Frame& it = frame(address);
  if (exclusive && it.loaded && it.loaded_by != cpu.id()) {
    cpu.violated("SC-S1",
                 table_text(address) + " goes into cr3 of " + pcpu_text(cpu.id()) +
                     " while that of " + pcpu_text(it.loaded_by) + " names it",
                 frames_.entries(address), where);
  }
  Pcpu& mine = pcpus_[cpu.id().n];
  if (mine.live != 0 && frame(mine.live).loaded_by == cpu.id()) {
    frame(mine.live).loaded = false;
  }
  it.loaded = true;
  it.loaded_by = cpu.id();
  mine.live = address;
  mine.stands_for = guest;
}

bool ShadowLedger::differs(Address guest, Address shadow, unsigned slot) const {
  if (slot == l4::percpu_slot) {
    return false;
  }
  const std::uint64_t different =
      frames_.entry(guest, slot).peek() ^ frames_.entry(shadow, slot).peek();
  return (different & ~l4::accessed_and_dirty) != 0;
}

void ShadowLedger::check_mirror(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow, bool all,
                                Where where) const {
  const Frame& it = of(guest);
  for (unsigned word = 0; word < it.used.size(); ++word) {
    std::uint64_t left = all ? ~std::uint64_t{0} : it.used[word];
    for (; left != 0; left &= left - 1) {
      check_slot(cpu, pcpu, guest, shadow,
                 word * 64 + static_cast<unsigned>(std::countr_zero(left)), where);
    }
  }
}

void ShadowLedger::check_slot(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow, unsigned slot,
                              Where where) const {
  if (!differs(guest, shadow, slot)) {
    return;
  }
  const std::vector<unsigned>& changing = of(guest).changing;
  if (std::find(changing.begin(), changing.end(), slot) == changing.end()) {
    report_stale(cpu, pcpu, guest, shadow, slot, where);
  }
}

void ShadowLedger::check_guest(Cpu& cpu, Where where) const {
  const Pcpu& mine = of(cpu.id());
  if (mine.copy_of != 0) {
    cpu.violated("SC-S9",
                 "the guest runs on " + pcpu_text(cpu.id()) + " while " +
                     table_text(mine.copy_of) + " is still being copied into " +
                     table_text(mine.copy_into),
                 frames_.entries(mine.copy_into), where);
  }
}

// Whether the change of the slot was said to be done decides which rule it is.
void ShadowLedger::report_stale(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow,
                                unsigned slot, Where where) const {
  const auto change = of(guest).changed.find(slot);
  const bool written = change != of(guest).changed.end();
  std::string what = slot_text(slot) + " of " + table_text(shadow) + ", the shadow of " +
                     table_text(guest) + " on " + pcpu_text(pcpu) + ", holds " +
                     std::to_string(frames_.entry(shadow, slot).peek()) + " and the guest's " +
                     std::to_string(frames_.entry(guest, slot).peek());
  if (written) {
    what += ", whose last change was done " + std::to_string(change->second.ps / 1000) + " ns in";
  }
  cpu.violated(written ? "SC-S8" : "SC-S7", what, &frames_.entry(shadow, slot), where);
}

}  // namespace hvsim
