// GNTTABOP_unmap_grant_ref (grant-rwlock sheet, B5 UNMAP; the step numbers are the sheet's).
#include <algorithm>
#include <array>

#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

void GrantOperations::unmap(Cpu& cpu, Domain& caller, std::span<UnmapOp> ops) {
  cpu.hypercall();
  for (std::size_t done = 0; done < ops.size();) {
    if (done != 0 && hypervisor_.preempt_check(cpu)) {
      hypervisor_.preempt(cpu);
    }
    const std::size_t group = std::min<std::size_t>(unmaps_a_flush, ops.size() - done);
    std::array<HalfUnmapped, unmaps_a_flush> halves{};
    for (std::size_t i = 0; i < group; ++i) {
      ops[done + i].status = unmap_begin(cpu, caller, ops[done + i], halves[i]);
    }
    flush_mapper(cpu, caller);
    for (std::size_t i = 0; i < group; ++i) {
      if (halves[i].granter != nullptr) {
        unmap_complete(cpu, caller, ops[done + i].handle, halves[i]);
        ++unmaps_;
        cpu.progress();
      }
    }
    done += group;
  }
}

// An external mapper's p2m has flushed already, entry by entry.
void GrantOperations::flush_mapper(Cpu& cpu, Domain& mapper) {
  if (!mapper.external) {
    hypervisor_.tlb().flush(cpu, mapper.dirty_pcpus);
  }
}

GrantStatus GrantOperations::unmap_begin(Cpu& cpu, Domain& caller, const UnmapOp& op,
                                         HalfUnmapped& half) {
  Maptrack& maptrack = caller.grants->maptrack();
  // 1.
  if (op.handle >= maptrack.limit(cpu)) {
    return GrantStatus::bad_handle;
  }
  // 2.
  MaptrackEntry& entry = maptrack.entry(op.handle);
  caller.grants->begin_read(cpu);
  if (cpu.load(entry.flags) == 0) {
    caller.grants->end_read(cpu);
    return GrantStatus::bad_handle;
  }
  const DomainId granter_id{cpu.load(entry.domid)};
  caller.grants->end_read(cpu);
  Domain* granter = hypervisor_.find(granter_id);
  if (granter == nullptr) {
    return GrantStatus::bad_domain;
  }
  // 3.
  granter->grants->begin_read(cpu);
  half.map_flags = cpu.load(entry.flags);
  if (half.map_flags == 0 || cpu.load(entry.domid) != granter_id.n) {
    granter->grants->end_read(cpu);
    return GrantStatus::bad_handle;
  }
  half.ref = cpu.load(entry.ref);
  half.cleared_at = cpu.now();
  half.granter = granter;
  const GrantStatus status = unpin(cpu, caller, op, half);
  granter->grants->end_read(cpu);
  if (status != GrantStatus::okay) {
    half.granter = nullptr;
    return status;
  }
  // 4.
  if (caller.strict_iommu) {
    begin_write_both(cpu, *caller.grants, *granter->grants);
    update_iommu(cpu, caller, *granter, half.frame, IommuNeed::none);
    end_write_both(cpu, *caller.grants, *granter->grants);
  }
  return GrantStatus::okay;
}

// 3. inside the entry's lock: the mapping goes, and its pin.
GrantStatus GrantOperations::unpin(Cpu& cpu, Domain& caller, const UnmapOp& op,
                                   HalfUnmapped& half) {
  GrantTable& table = *half.granter->grants;
  ActiveEntry& entry = table.begin_entry(cpu, half.ref);
  std::uint32_t pins = cpu.load(entry.pin);
  half.frame = Mfn{static_cast<std::uint32_t>(cpu.load(entry.frame))};
  const auto undo =
      static_cast<std::uint16_t>((op.host ? half.map_flags & map_flag::host : 0) |
                                 (op.device ? half.map_flags & map_flag::device : 0));
  GrantStatus status = GrantStatus::okay;
  if (undo == 0 || (op.device && op.frame != half.frame)) {
    status = GrantStatus::general_error;
  } else if ((undo & map_flag::host) != 0) {
    status = remove_mapping(cpu, caller, op, half);
  }
  if (status == GrantStatus::okay) {
    half.undone = undo;
    cpu.store(caller.grants->maptrack().entry(op.handle).flags,
              static_cast<std::uint16_t>(half.map_flags & ~undo));
    const auto gone = static_cast<std::uint16_t>(undo | (half.map_flags & map_flag::readonly));
    pins -= pin_kinds(gone);
    set_pins(cpu, entry, pins);
    table.ledger().unpinned(half.ref, pin_kinds(gone));
    table.ledger().unmap_begun(half.ref, half.cleared_at, caller.dirty_pcpus);
  }
  table.end_entry(cpu, half.ref, pins);
  return status;
}

GrantStatus GrantOperations::remove_mapping(Cpu& cpu, Domain& caller, const UnmapOp& op,
                                            HalfUnmapped& half) {
  if (op.host_page >= (caller.external ? caller.p2m->frames() : caller.linear.size())) {
    return GrantStatus::general_error;
  }
  if (!caller.external) {
    Shared<std::uint64_t>& slot = caller.linear[op.host_page];
    if (cpu.load(slot) >> 12 != half.frame.n) {
      return GrantStatus::general_error;  // something else is mapped there
    }
    cpu.store(slot, 0);
    half.cleared_at = cpu.now();
    return GrantStatus::okay;
  }
  const P2mEntry before = caller.p2m->set(cpu, Gfn{op.host_page}, {});
  half.cleared_at = cpu.now();
  hypervisor_.tlb().flush(cpu, caller.dirty_pcpus);
  return before.type == P2mType::grant_map && before.mfn == half.frame
             ? GrantStatus::okay
             : GrantStatus::general_error;
}

// 6. and 7.: after the flush, the granter gets its page back.
void GrantOperations::unmap_complete(Cpu& cpu, Domain& caller, Handle handle,
                                     const HalfUnmapped& half) {
  Domain& granter = *half.granter;
  GrantTable& table = *granter.grants;
  table.begin_read(cpu);
  ActiveEntry& entry = table.begin_entry(cpu, half.ref);
  const std::uint32_t pins = cpu.load(entry.pin);
  const bool writable = (half.map_flags & map_flag::readonly) == 0;
  cpu.ghost_point();
  if (!hypervisor_.tlb().flushed_since(caller.dirty_pcpus, half.cleared_at)) {
    cpu.violated("GR-S9",
                 "grant " + std::to_string(half.ref) +
                     " gives its page back before every pCPU has dropped the mapping",
                 &entry.pin);
  }
  for (const std::uint16_t kind : {map_flag::host, map_flag::device}) {
    if ((half.undone & kind) != 0) {
      if (writable) {
        hypervisor_.frames().put_writable_type(cpu, half.frame);
      }
      drop_reference(cpu, granter, half.ref, half.frame);
    }
  }
  release_status(cpu, table, half.ref, pins, writable);
  table.ledger().unmap_ended(half.ref, half.cleared_at);
  table.end_entry(cpu, half.ref, pins);
  table.end_read(cpu);

  MaptrackEntry& tracked = caller.grants->maptrack().entry(handle);
  if ((cpu.load(tracked.flags) & (map_flag::host | map_flag::device)) == 0) {
    cpu.store(tracked.flags, 0);
    caller.grants->maptrack().put(cpu, caller.vcpus, handle);
  }
}

}  // namespace hvsim
