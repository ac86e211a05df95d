#include "models/hypervisor/runstate/hypercalls.hpp"

namespace hvsim {

namespace {

bool in_guest_memory(const RunstateGuest& guest, Address first, std::uint64_t bytes) {
  return first >= guest.first && bytes <= guest.bytes &&
         first - guest.first <= guest.bytes - bytes;
}

std::uint64_t record_bytes(const RunstateGuest& guest) {
  return guest.layout == RecordLayout::x86_64 ? 48 : 44;
}

// A handle that the hypervisor refuses to write through.
bool bad_handle(const RunstateGuest& guest, Address first) {
  const unsigned align = guest.layout == RecordLayout::x86_64 ? 8 : 4;
  return first % align != 0 || !in_guest_memory(guest, first, record_bytes(guest));
}

}  // namespace

long register_runstate_area(Cpu& cpu, Runstate& vcpu, std::optional<Address> argument,
                            SchedulerLock* lock, Where where) {
  if (!argument) {
    return efault;
  }
  const Address first = *argument;
  if (first == 0) {
    vcpu.set_area(cpu, 0);
    return hypercall_okay;
  }
  const RunstateGuest& guest = vcpu.guest();
  if (vcpu.algorithm().mapped_for_good() &&
      (first % 8 != 0 || first / page_bytes != (first + record_bytes(guest) - 1) / page_bytes)) {
    return enxio;
  }
  if (bad_handle(guest, first)) {
    return efault;
  }
  vcpu.set_area(cpu, first);
  vcpu.publish_at_registration(cpu, lock, where);
  return hypercall_okay;
}

long get_runstate_info(Cpu& cpu, Runstate& vcpu, std::optional<Address> argument,
                       SchedulerLock* lock, Where where) {
  if (!argument || bad_handle(vcpu.guest(), *argument)) {
    return efault;
  }
  vcpu.copy_info_to(cpu, *argument, lock, where);
  return hypercall_okay;
}

}  // namespace hvsim
