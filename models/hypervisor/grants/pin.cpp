// What mapping and copying share: the first pin of a grant, and references on the page behind it.
#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

std::uint32_t pin_kinds(std::uint16_t flags) {
  const bool readonly = (flags & map_flag::readonly) != 0;
  std::uint32_t kinds = 0;
  if ((flags & map_flag::device) != 0) {
    kinds += readonly ? pin::device_read : pin::device_write;
  }
  if ((flags & map_flag::host) != 0) {
    kinds += readonly ? pin::host_read : pin::host_write;
  }
  return kinds;
}

// Step 5: the first user, or the first writer, marks the shared entry; the first user looks up the
// frame, which comes with a reference. A later one takes a reference of its own.
GrantOperations::Pinned GrantOperations::fill_entry(Cpu& cpu, Domain& user, Domain& granter,
                                                    ActiveEntry& entry, GrantRef ref,
                                                    std::uint32_t pins, bool readonly,
                                                    StatusFor purpose) {
  GrantTable& table = *granter.grants;
  SharedEntry& shared = table.shared(ref);
  const bool first_writer = !readonly && (pins & pin::writes) == 0;
  if (pins == 0 || first_writer) {
    const GrantStatus status = set_status(cpu, shared, user.id, readonly, pins != 0, purpose);
    if (status != GrantStatus::okay) {
      return {status, {}};
    }
  }
  if (pins != 0) {
    const Mfn frame{static_cast<std::uint32_t>(cpu.load(entry.frame))};
    take_reference(cpu, granter, ref, frame);
    return {GrantStatus::okay, frame};
  }
  const Gfn gfn{cpu.load(shared.frame)};
  const Pinned found = get_frame(cpu, granter, gfn);
  if (found.status != GrantStatus::okay) {
    release_status(cpu, table, ref, 0, !readonly);
    return found;
  }
  table.ledger().referenced(ref);
  cpu.store(entry.domid, static_cast<std::uint16_t>(user.id.n));
  cpu.store(entry.frame, found.frame.n);
  cpu.store(entry.gfn, gfn.n);
  cpu.store(entry.trans_domain, 0);
  cpu.store(entry.trans_gref, 0);
  cpu.store(entry.part, static_cast<std::uint32_t>(page_bytes));
  return found;
}

// The machine frame of one of `owner`'s pages, with a reference.
GrantOperations::Pinned GrantOperations::get_frame(Cpu& cpu, Domain& owner, Gfn gfn) {
  if (owner.external) {
    const P2m::Found found = owner.p2m->get_page(cpu, gfn);
    switch (found.outcome) {
      case P2m::Outcome::found:
        return {GrantStatus::okay, found.mfn};
      case P2m::Outcome::try_again:
        return {GrantStatus::eagain, {}};
      case P2m::Outcome::bad:
        break;
    }
    return {GrantStatus::bad_page, {}};
  }
  const Mfn mfn{gfn.n};
  FrameTable& frames = hypervisor_.frames();
  if (!frames.valid(mfn) || !frames.get_page(cpu, mfn, owner.id)) {
    return {GrantStatus::bad_page, {}};
  }
  return {GrantStatus::okay, mfn};
}

void GrantOperations::take_reference(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame) {
  if (!hypervisor_.frames().get_page(cpu, frame, granter.id)) {
    cpu.violated("GR-S8", "a page that is pinned by a grant has been freed",
                 &hypervisor_.frames().info(frame).count_info);
  }
  granter.grants->ledger().referenced(ref);
}

void GrantOperations::drop_reference(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame) {
  GrantLedger& ledger = granter.grants->ledger();
  Shared<std::uint64_t>& word = hypervisor_.frames().info(frame).count_info;
  ledger.unreferenced(ref);
  hypervisor_.frames().put_page(cpu, frame);
  // One reference is the owner's own.
  ledger.check_references(cpu, ref, (word.peek() & PageInfo::count_mask) - 1, &word);
}

void GrantOperations::set_pins(Cpu& cpu, ActiveEntry& entry, std::uint32_t pins) {
  cpu.store(entry.pin, pins);
}

void GrantOperations::release_status(Cpu& cpu, GrantTable& table, GrantRef ref, std::uint32_t pins,
                                     bool was_writable) {
  if (pins == 0) {
    cpu.ghost_point();
    table.ledger().check_flushed(cpu, ref, hypervisor_.tlb(), &table.shared(ref).flags_domid);
  }
  drop_status(cpu, table, ref, pins, was_writable);
}

void GrantOperations::drop_status(Cpu& cpu, GrantTable& table, GrantRef ref, std::uint32_t pins,
                                  bool was_writable) {
  if (was_writable && (pins & pin::writes) == 0) {
    clear_writing(cpu, table.shared(ref));
  }
  if (pins == 0) {
    clear_reading(cpu, table.shared(ref));
  }
}

}  // namespace hvsim
