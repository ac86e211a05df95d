// GNTTABOP_copy (grant-rwlock sheet, B5 COPY; grant-datapath sheet, B2 step 8 for the order).
//
// Each side of an element claims a buffer: a pinned grant or a frame of the caller. A buffer is
// kept for the next element if that names the same place; a change of domain on either side gives
// both buffers back.
#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

void GrantOperations::copy(Cpu& cpu, Domain& caller, std::span<CopyOp> ops) {
  Buffers held;
  cpu.hypercall();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i != 0 && hypervisor_.preempt_check(cpu)) {
      release_all(cpu, held);
      hypervisor_.preempt(cpu);
    }
    ops[i].status = copy_one(cpu, caller, ops[i], held);
    if (ops[i].status == GrantStatus::okay) {
      ++copies_;
      cpu.progress();
    }
  }
  release_all(cpu, held);
}

GrantStatus GrantOperations::copy_one(Cpu& cpu, Domain& caller, CopyOp& op, Buffers& held) {
  if (op.length == 0 || op.source.offset + op.length > static_cast<int>(page_bytes) ||
      op.dest.offset + op.length > static_cast<int>(page_bytes)) {
    return GrantStatus::bad_copy_arg;
  }
  if (held.source == nullptr || held.source->id != op.source.domain || held.dest == nullptr ||
      held.dest->id != op.dest.domain) {
    release_all(cpu, held);
    const GrantStatus status = find_domains(caller, op, held);
    if (status != GrantStatus::okay) {
      return status;
    }
  }
  GrantStatus status = claim(cpu, caller, *held.source, op.source, false, held.from);
  if (status == GrantStatus::okay) {
    status = claim(cpu, caller, *held.dest, op.dest, true, held.to);
  }
  if (status != GrantStatus::okay) {
    return status;
  }
  check_pinned(cpu, held);
  const FrameTable& frames = hypervisor_.frames();
  cpu.copy(frames.address(held.to.frame) + op.dest.offset,
           frames.address(held.from.frame) + op.source.offset, op.length);
  check_pinned(cpu, held);
  return GrantStatus::okay;
}

GrantStatus GrantOperations::find_domains(Domain& caller, const CopyOp& op, Buffers& held) {
  held.source = hypervisor_.find(op.source.domain);
  held.dest = hypervisor_.find(op.dest.domain);
  GrantStatus status = GrantStatus::okay;
  if (held.source == nullptr || held.dest == nullptr) {
    status = GrantStatus::bad_domain;
  } else if ((!op.source.by_grant && held.source != &caller) ||
             (!op.dest.by_grant && held.dest != &caller) ||
             held.source->may_not_map.contains(caller.id) ||
             held.dest->may_not_map.contains(caller.id)) {
    status = GrantStatus::permission_denied;
  }
  if (status != GrantStatus::okay) {
    held.source = nullptr;
    held.dest = nullptr;
  }
  return status;
}

GrantStatus GrantOperations::claim(Cpu& cpu, Domain& caller, Domain& owner, const CopyEnd& end,
                                   bool writable, Buffer& buffer) {
  const bool same_place = buffer.claimed && buffer.end.by_grant == end.by_grant &&
                          (end.by_grant ? buffer.end.ref == end.ref : buffer.end.gfn == end.gfn);
  if (same_place) {
    return GrantStatus::okay;
  }
  release(cpu, owner, buffer);
  const Pinned pinned = end.by_grant ? pin_for_copy(cpu, caller, owner, end.ref, !writable)
                                     : get_frame(cpu, owner, end.gfn);
  if (pinned.status != GrantStatus::okay) {
    return pinned.status;
  }
  if (writable && !hypervisor_.frames().get_writable_type(cpu, pinned.frame)) {
    if (end.by_grant) {
      unpin_for_copy(cpu, owner, end.ref, pinned.frame, false);
    } else {
      hypervisor_.frames().put_page(cpu, pinned.frame);
    }
    return GrantStatus::general_error;
  }
  buffer = {true, end, writable, pinned.frame};
  return GrantStatus::okay;
}

GrantOperations::Pinned GrantOperations::pin_for_copy(Cpu& cpu, Domain& caller, Domain& granter,
                                                      GrantRef ref, bool readonly) {
  GrantTable& table = *granter.grants;
  table.begin_read(cpu);
  if (ref >= table.entries(cpu)) {
    table.end_read(cpu);
    return {GrantStatus::bad_gntref, {}};
  }
  ActiveEntry& entry = table.begin_entry(cpu, ref);
  std::uint32_t pins = cpu.load(entry.pin);
  Pinned pinned{GrantStatus::general_error, {}};
  if (pins == 0 || (cpu.load(entry.domid) == caller.id.n && (pins & pin::overflow) == 0)) {
    pinned = fill_entry(cpu, caller, granter, entry, ref, pins, readonly, StatusFor::copy);
  }
  if (pinned.status == GrantStatus::okay) {
    const std::uint32_t kind = readonly ? pin::host_read : pin::host_write;
    pins += kind;
    set_pins(cpu, entry, pins);
    table.ledger().pinned(ref, kind);
  }
  table.end_entry(cpu, ref, pins);
  table.end_read(cpu);
  return pinned;
}

void GrantOperations::unpin_for_copy(Cpu& cpu, Domain& granter, GrantRef ref, Mfn frame,
                                     bool readonly) {
  GrantTable& table = *granter.grants;
  table.begin_read(cpu);
  ActiveEntry& entry = table.begin_entry(cpu, ref);
  const std::uint32_t kind = readonly ? pin::host_read : pin::host_write;
  const std::uint32_t pins = cpu.load(entry.pin) - kind;
  set_pins(cpu, entry, pins);
  table.ledger().unpinned(ref, kind);
  release_status(cpu, table, ref, pins, !readonly);
  table.end_entry(cpu, ref, pins);
  table.end_read(cpu);
  drop_reference(cpu, granter, ref, frame);
}

void GrantOperations::release(Cpu& cpu, Domain& owner, Buffer& buffer) {
  if (!buffer.claimed) {
    return;
  }
  buffer.claimed = false;
  if (buffer.writable) {
    hypervisor_.frames().put_writable_type(cpu, buffer.frame);
  }
  if (buffer.end.by_grant) {
    unpin_for_copy(cpu, owner, buffer.end.ref, buffer.frame, !buffer.writable);
  } else {
    hypervisor_.frames().put_page(cpu, buffer.frame);
  }
}

void GrantOperations::release_all(Cpu& cpu, Buffers& held) {
  if (held.source != nullptr) {
    release(cpu, *held.source, held.from);
  }
  if (held.dest != nullptr) {
    release(cpu, *held.dest, held.to);
  }
  held.source = nullptr;
  held.dest = nullptr;
}

// DP-3: the frames of both ends are pinned while bytes move, and are those of the grants.
void GrantOperations::check_pinned(Cpu& cpu, const Buffers& held) const {
  cpu.ghost_point();
  const auto check_end = [&](Domain& owner, const Buffer& buffer, std::uint32_t kinds) {
    if (!buffer.end.by_grant) {
      return;
    }
    const ActiveEntry& entry = owner.grants->active(buffer.end.ref);
    if ((entry.pin.peek() & kinds) == 0 || entry.frame.peek() != buffer.frame.n) {
      cpu.violated("DP-3",
                   "a copy uses a frame that grant " + std::to_string(buffer.end.ref) + " of " +
                       owner.name + " does not pin",
                   &entry.pin);
    }
  };
  check_end(*held.source, held.from, pin::host_read * 0xffu);
  check_end(*held.dest, held.to, pin::host_write * 0xffu);
}

}  // namespace hvsim
