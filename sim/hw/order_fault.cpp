#include "sim/hw/order_fault.hpp"

namespace hvsim {

std::span<const OrderFaultInfo> order_faults() {
  using enum OrderFault;
  static constexpr OrderFaultInfo faults[] = {
      {stores_drain_at_once, "stores_drain_at_once", "sequential consistency, not less"},
      {no_forwarding, "no_forwarding", "a load does not see the own stores that wait"},
      {stall_instead_of_forwarding, "stall_instead_of_forwarding",
       "a load waits until the own store that it would see has committed"},
      {forwards_oldest, "forwards_oldest", "a load sees the oldest own store, not the newest"},
      {partial_store_order, "partial_store_order", "stores to different words change places"},
      {last_in_first_out, "last_in_first_out", "the newest store commits first"},
      {coalesces_with_any_older, "coalesces_with_any_older",
       "a store goes into an older one's entry, past those between"},
      {fence_does_nothing, "fence_does_nothing", "a fence drains nothing"},
      {locked_on_memory_without_drain, "locked_on_memory_without_drain",
       "locked operations read and write memory past the stores that wait"},
      {locked_forwards_without_drain, "locked_forwards_without_drain",
       "locked operations read the own store that waits, write memory, drain nothing"},
      {failing_cmpxchg_without_drain, "failing_cmpxchg_without_drain",
       "a cmpxchg that fails drains nothing"},
      {locked_add_without_drain, "locked_add_without_drain", "a locked add drains nothing"},
      {xchg_without_drain, "xchg_without_drain", "an xchg drains nothing"},
      {locked_not_atomic, "locked_not_atomic", "others get in between its read and its write"},
      {locked_write_buffered, "locked_write_buffered",
       "a locked operation's write waits in the buffer"},
      {one_entry, "one_entry", "a store buffer of one entry"},
      {two_entries, "two_entries", "a store buffer of two entries"},
      {three_entries, "three_entries", "a store buffer of three entries"},
      {drains_at_fences_only, "drains_at_fences_only",
       "no store commits before a fence, a locked operation or the end"},
      {siblings_share_buffer, "siblings_share_buffer",
       "a load sees the stores that wait in the sibling thread"},
      {overlap_reads_memory, "overlap_reads_memory",
       "a load that a waiting store covers in part takes what memory has"},
  };
  return faults;
}

}  // namespace hvsim
