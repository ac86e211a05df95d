// What a pCPU does otherwise when its model of x86-TSO is wrong (order_fault.hpp).
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {

// What a load finds in the store buffer, or whole in the sibling thread's if they share.
StoreBuffer::Lookup SimCpu::look_up(Address address, unsigned bytes, std::uint64_t& value) const {
  StoreBuffer::Lookup found = stores_.look_up(address, bytes, value);
  if (hw_.fault != OrderFault::siblings_share_buffer) {
    return found;
  }
  for (std::uint32_t i = core_.n; i < hw_.spec.pcpus(); i += hw_.spec.cores()) {
    const bool covered =
        hw_.cpus[i]->stores_.look_up(address, bytes, value) == StoreBuffer::Lookup::covered;
    if (found == StoreBuffer::Lookup::miss && covered) {
      found = StoreBuffer::Lookup::covered;
    }
  }
  return found;
}

// The value a load would get now.
std::uint64_t SimCpu::own_view(Address address, unsigned bytes) const {
  std::uint64_t value = 0;
  const bool waits = stores_.look_up(address, bytes, value) == StoreBuffer::Lookup::covered;
  return waits ? value : read(address, bytes);
}

bool SimCpu::skips_drain(Address address, unsigned bytes, Rmw op, std::uint64_t expected) const {
  switch (hw_.fault) {
    case OrderFault::locked_on_memory_without_drain:
    case OrderFault::locked_forwards_without_drain:
      return true;
    case OrderFault::failing_cmpxchg_without_drain:
      return op == Rmw::cmpxchg && own_view(address, bytes) != expected;
    case OrderFault::locked_add_without_drain:
      return op == Rmw::add;
    case OrderFault::xchg_without_drain:
      return op == Rmw::xchg;
    default:
      return false;
  }
}

std::uint64_t SimCpu::faulty_locked_read(Address address, unsigned bytes) {
  if (hw_.fault == OrderFault::locked_on_memory_without_drain) {
    return read(address, bytes);
  }
  const std::uint64_t value = own_view(address, bytes);
  if (hw_.fault == OrderFault::locked_not_atomic) {
    settle_for_verb();
  }
  return value;
}

void SimCpu::faulty_locked_write(Address address, unsigned bytes, std::uint64_t value,
                                 Where where) {
  if (hw_.fault != OrderFault::locked_write_buffered) {
    write(address, bytes, value);
    return;
  }
  stores_.add({address, bytes, value, where});
  start_commit(t_);
}

}  // namespace hvsim
