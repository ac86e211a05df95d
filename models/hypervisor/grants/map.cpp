// GNTTABOP_map_grant_ref (grant-rwlock sheet, B5 MAP; the step numbers are the sheet's).
#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

void GrantOperations::map(Cpu& cpu, Domain& caller, const MaptrackVcpu& vcpu,
                          std::span<MapOp> ops) {
  cpu.hypercall();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i != 0 && hypervisor_.preempt_check(cpu)) {
      hypervisor_.preempt(cpu);
    }
    ops[i].status = map_one(cpu, caller, vcpu, ops[i]);
    if (ops[i].status == GrantStatus::okay) {
      ++maps_;
      cpu.progress();
    }
  }
}

GrantStatus GrantOperations::map_one(Cpu& cpu, Domain& caller, const MaptrackVcpu& vcpu,
                                     MapOp& op) {
  // 1. What is wrong without looking at any table.
  if ((op.flags & (map_flag::device | map_flag::host)) == 0) {
    return GrantStatus::bad_gntref;
  }
  if (caller.external && (op.flags & (map_flag::device | map_flag::contains_pte)) != 0) {
    return GrantStatus::general_error;
  }
  Domain* granter = hypervisor_.find(op.granter);
  if (granter == nullptr) {
    return GrantStatus::bad_domain;
  }
  if (granter->may_not_map.contains(caller.id)) {
    return GrantStatus::permission_denied;
  }
  // 2.
  Maptrack& maptrack = caller.grants->maptrack();
  const std::optional<Handle> handle = maptrack.get(cpu, caller.vcpus, vcpu);
  if (!handle) {
    return GrantStatus::no_device_space;
  }
  // 3. to 6.
  const Pinned pinned = pin_for_map(cpu, caller, *granter, op);
  if (pinned.status != GrantStatus::okay) {
    maptrack.put(cpu, caller.vcpus, *handle);
    return pinned.status;
  }
  // 7.
  const GrantStatus installed = install(cpu, caller, *granter, op, pinned.frame);
  if (installed != GrantStatus::okay) {
    undo_pin(cpu, *granter, op, pinned.frame);
    maptrack.put(cpu, caller.vcpus, *handle);
    return installed;
  }
  // 8.
  if (caller.strict_iommu) {
    begin_write_both(cpu, *caller.grants, *granter->grants);
    const bool readonly = (op.flags & map_flag::readonly) != 0;
    update_iommu(cpu, caller, *granter, pinned.frame,
                 readonly ? IommuNeed::read : IommuNeed::write);
  }
  // 9. The flags last: not zero says that the entry is valid.
  MaptrackEntry& entry = maptrack.entry(*handle);
  cpu.store(entry.domid, static_cast<std::uint16_t>(op.granter.n));
  cpu.store(entry.ref, op.ref);
  cpu.store(entry.flags, op.flags);
  if (caller.strict_iommu) {
    end_write_both(cpu, *caller.grants, *granter->grants);
  }
  op.handle = *handle;
  op.frame = pinned.frame;
  return GrantStatus::okay;
}

GrantOperations::Pinned GrantOperations::pin_for_map(Cpu& cpu, Domain& caller, Domain& granter,
                                                     const MapOp& op) {
  GrantTable& table = *granter.grants;
  table.begin_read(cpu);
  if (op.ref >= table.entries(cpu)) {
    table.end_read(cpu);
    return {GrantStatus::bad_gntref, {}};
  }
  ActiveEntry& entry = table.begin_entry(cpu, op.ref);
  std::uint32_t pins = cpu.load(entry.pin);
  Pinned pinned{GrantStatus::general_error, {}};
  // Pinned by another domain, or a counter about to overflow?
  if (pins == 0 || (cpu.load(entry.domid) == caller.id.n && (pins & pin::overflow) == 0)) {
    const bool readonly = (op.flags & map_flag::readonly) != 0;
    pinned = fill_entry(cpu, caller, granter, entry, op.ref, pins, readonly, StatusFor::map);
  }
  if (pinned.status == GrantStatus::okay) {
    pins += pin_kinds(op.flags);
    set_pins(cpu, entry, pins);
    table.ledger().pinned(op.ref, pin_kinds(op.flags));
  }
  table.end_entry(cpu, op.ref, pins);
  table.end_read(cpu);
  return pinned;
}

// 7. A writable mapping also holds the page's type; a device mapping a reference of its own.
GrantStatus GrantOperations::install(Cpu& cpu, Domain& caller, Domain& granter, const MapOp& op,
                                     Mfn frame) {
  FrameTable& frames = hypervisor_.frames();
  const bool writable = (op.flags & map_flag::readonly) == 0;
  const bool host = (op.flags & map_flag::host) != 0;
  const bool device = (op.flags & map_flag::device) != 0;
  if (host && op.host_page >= (caller.external ? caller.p2m->frames() : caller.linear.size())) {
    return GrantStatus::general_error;
  }
  const unsigned types = writable ? (host ? 1u : 0u) + (device ? 1u : 0u) : 0u;
  for (unsigned i = 0; i < types; ++i) {
    if (!frames.get_writable_type(cpu, frame)) {
      for (; i != 0; --i) {
        frames.put_writable_type(cpu, frame);
      }
      return GrantStatus::general_error;
    }
  }
  if (host && device) {
    take_reference(cpu, granter, op.ref, frame);
  }
  if (host && caller.external) {
    caller.p2m->set(cpu, Gfn{op.host_page}, {P2mType::grant_map, frame});
  } else if (host) {
    cpu.store(caller.linear[op.host_page], mapping_entry(frame, writable));
  }
  return GrantStatus::okay;
}

void GrantOperations::undo_pin(Cpu& cpu, Domain& granter, const MapOp& op, Mfn frame) {
  GrantTable& table = *granter.grants;
  table.begin_read(cpu);
  ActiveEntry& entry = table.begin_entry(cpu, op.ref);
  drop_reference(cpu, granter, op.ref, frame);
  const std::uint32_t pins = cpu.load(entry.pin) - pin_kinds(op.flags);
  set_pins(cpu, entry, pins);
  table.ledger().unpinned(op.ref, pin_kinds(op.flags));
  release_status(cpu, table, op.ref, pins, (op.flags & map_flag::readonly) == 0);
  table.end_entry(cpu, op.ref, pins);
  table.end_read(cpu);
}

}  // namespace hvsim
