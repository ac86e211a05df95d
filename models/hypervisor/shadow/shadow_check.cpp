// The ghost checks of the loader: what is true of a cr3 load, of a change that is done, at the
// end.
#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

namespace {

std::string pcpu_name(PcpuId pcpu) {
  return "pCPU " + std::to_string(pcpu.n);
}

}  // namespace

// What the slot holds on this pCPU: an address nobody else has there, present, accessed, dirty.
std::uint64_t L4Loader::percpu_entry(PcpuId pcpu) const {
  return (std::uint64_t{1} << 44) + (std::uint64_t{pcpu.n} << 12) + 0x63;
}

void L4Loader::typed(Cpu& cpu, const PvDomainTables& domain, Address frame, Where where) {
  cpu.ghost_point();
  ledger_.typed(cpu, domain, frame, where);
}

void L4Loader::starts_typed(const PvDomainTables& domain, Address frame) {
  ledger_.starts_typed(domain, frame);
}

// After maybe_shadow, before cr3 is written.
void L4Loader::check_choice(Cpu& cpu, const Pcpu& mine, const PvDomainTables* domain,
                            Address guest, Address chosen, Where where) const {
  const Mirrors all = mirrors(mine, true);
  bool named = false;
  for (const Mirror& mirror : all) {
    if (mirror.guest == 0) {
      continue;
    }
    named = named || (mirror.guest == guest && mirror.shadow == chosen);
    if (mine.own_domain == 0 ||
        !ledger_.is_l4_of(DomainId{static_cast<std::uint32_t>(mine.own_domain - 1)},
                          mirror.guest)) {
      cpu.violated("SC-S5",
                   pcpu_name(cpu.id()) + " keeps a shadow of " + ledger_.table_text(mirror.guest) +
                       ", which is no L4 of domain " +
                       (mine.own_domain == 0 ? "none" : std::to_string(mine.own_domain - 1)) +
                       ", whose tables it shadows",
                   &mine.words[0], where);
    }
  }
  if (domain == nullptr) {
    return;
  }
  if (mine.own_domain != 0 && !domain->dirty_mask.peek().has(cpu.id())) {
    cpu.violated("SC-S6",
                 pcpu_name(cpu.id()) + " shadows tables of domain " +
                     std::to_string(domain->id.n) +
                     " without being in its dirty mask: it will miss their changes",
                 domain->dirty_mask.word_of(cpu.id()), where);
  }
  if (mine.own_domain == 0) {
    return;
  }
  check_record(cpu, mine, where);
  if (!named) {
    cpu.violated("SC-S4",
                 pcpu_name(cpu.id()) + " is to run on " + ledger_.table_text(chosen) +
                     ", which its record does not name as the shadow of " +
                     ledger_.table_text(guest),
                 &mine.words[0], where);
  }
  if (!ledger_.copies_into(cpu.id(), chosen)) {
    ledger_.check_mirror(cpu, cpu.id(), guest, chosen, false, where);
  }
}

// SC-S10: of the frame in cr3. Its own pCPU alone stores to that slot.
void L4Loader::check_percpu_slot(Cpu& cpu, Where where) const {
  const Address live = ledger_.live(cpu.id());
  if (!keeps_percpu_slot() || live == 0 || live == idle_) {
    return;
  }
  const L4Entry& entry = frames_.entry(live, l4::percpu_slot);
  if (entry.peek() != percpu_entry(cpu.id())) {
    cpu.violated("SC-S10",
                 pcpu_name(cpu.id()) + " runs on " + ledger_.table_text(live) + " whose slot " +
                     std::to_string(l4::percpu_slot) +
                     " is not its own: " + std::to_string(entry.peek()),
                 &entry, where);
  }
}

void L4Loader::check_guest(Cpu& cpu, Where where) {
  ledger_.check_guest(cpu, where);
  check_percpu_slot(cpu, where);
}

void L4Loader::check_write_done(Cpu& cpu, Address frame, unsigned slot, Where where) const {
  for (unsigned p = 0; p < pcpus_.size(); ++p) {
    const PcpuId pcpu{p};
    for (const Mirror& mirror : mirrors(pcpus_[p], false)) {
      if (mirror.guest == frame && !ledger_.copies_into(pcpu, mirror.shadow)) {
        ledger_.check_slot(cpu, pcpu, frame, mirror.shadow, slot, where);
      }
    }
    // A walk that starts at what cr3 names, whatever the record says.
    const Address live = ledger_.live(pcpu);
    if (live != 0 && live != frame && ledger_.stands_for(pcpu) == frame &&
        !ledger_.copies_into(pcpu, live)) {
      ledger_.check_slot(cpu, pcpu, frame, live, slot, where);
    }
  }
}

void L4Loader::check_free_done(Cpu& cpu, Address frame, Where where) const {
  for (unsigned p = 0; p < pcpus_.size(); ++p) {
    for (const Mirror& mirror : mirrors(pcpus_[p], false)) {
      if (mirror.guest == frame) {
        cpu.violated("SC-S11",
                     ledger_.table_text(frame) + " is freed and " + pcpu_name(PcpuId{p}) +
                         " still has a shadow of it, " + ledger_.table_text(mirror.shadow),
                     frames_.entries(mirror.shadow), where);
      }
    }
    if (ledger_.stands_for(PcpuId{p}) == frame) {
      cpu.violated(
          "SC-S11",
          ledger_.table_text(frame) + " is freed while " + pcpu_name(PcpuId{p}) + " runs on it",
          frames_.entries(frame), where);
    }
  }
}

void L4Loader::check(Cpu& cpu) {
  cpu.ghost_point();
  for (unsigned p = 0; p < pcpus_.size(); ++p) {
    const Pcpu& pcpu = pcpus_[p];
    for (std::size_t word = 0; word < pcpu.words.size(); ++word) {
      if (pcpu.words[word].peek() != pcpu.own[word]) {
        cpu.violated("shadow books",
                     "the record of " + pcpu_name(PcpuId{p}) + " is not what it stored",
                     &pcpu.words[word]);
      }
    }
    for (const Mirror& mirror : mirrors(pcpu, false)) {
      if (mirror.guest != 0) {
        ledger_.check_mirror(cpu, PcpuId{p}, mirror.guest, mirror.shadow, true, Where::here());
      }
    }
  }
}

}  // namespace hvsim
