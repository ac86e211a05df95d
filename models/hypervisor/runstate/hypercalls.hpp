// The hypercalls about run states: registering an area, and asking for a record.
//
// What it is: the hypervisor's side, on the pCPU; the way in is paid by the caller. `argument` is
// what the guest passed: the address of its area, or nothing if the hypervisor cannot read the
// argument. What you must promise: `lock` is null if the vCPU makes the call for itself, else the
// scheduler lock of the vCPU in question. An area that is mapped for good is registered by the
// vCPU itself, or while it does not run.
// What it guarantees: the errors of the sheet; nothing is stored when one is returned.
// Registration by another vCPU writes a fresh record into the area beside an update that may be
// running: as in Xen, the two may mix. Source: runstate sheet, B and C.
#pragma once

#include <optional>

#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

// 0, -EFAULT (unreadable argument, address outside the guest's memory or, of an area that the
// guest's page tables map, not aligned), -ENXIO (an area to be mapped for good that is not aligned
// or crosses a page: recalled). Address 0 disables.
long register_runstate_area(Cpu& cpu, Runstate& vcpu, std::optional<Address> argument,
                            SchedulerLock* lock, Where where = Where::here());

// Copies the record, the current interval added, to `argument`: 0 or -EFAULT.
long get_runstate_info(Cpu& cpu, Runstate& vcpu, std::optional<Address> argument,
                       SchedulerLock* lock, Where where = Where::here());

}  // namespace hvsim
