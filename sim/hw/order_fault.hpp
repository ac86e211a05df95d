// Wrong models of x86-TSO, one defect each: what litmus tests are for is to notice them.
//
// A switch for tests, in RunOptions: the store buffer and the verbs are the same code with one
// thing done otherwise (store_buffer.cpp, sim_cpu_faults.cpp). `stores_drain_at_once` is also how
// a machine without store buffers is made, whose outcomes are the sequentially consistent ones.
// They are meant for runs in which a commit is not cut short by other verbs of its pCPU: under a
// Noise that lets one pCPU act at a time.
#pragma once

#include <cstdint>
#include <span>

namespace hvsim {

enum class OrderFault : std::uint8_t {
  none,
  stores_drain_at_once,
  no_forwarding,
  stall_instead_of_forwarding,
  forwards_oldest,
  partial_store_order,
  last_in_first_out,
  coalesces_with_any_older,
  fence_does_nothing,
  locked_on_memory_without_drain,
  locked_forwards_without_drain,
  failing_cmpxchg_without_drain,
  locked_add_without_drain,
  xchg_without_drain,
  locked_not_atomic,
  locked_write_buffered,
  one_entry,
  two_entries,
  three_entries,
  drains_at_fences_only,
  siblings_share_buffer,
  overlap_reads_memory,
};

struct OrderFaultInfo {
  OrderFault fault;
  const char* name;
  const char* meaning;
};

// All but `none`, in the order above.
std::span<const OrderFaultInfo> order_faults();

}  // namespace hvsim
