#include "sim/hw/store_buffer.hpp"

#include <algorithm>

namespace hvsim {
namespace {

bool apart(const StoreBuffer::Store& store, Address address, unsigned bytes) {
  return store.address + store.bytes <= address || address + bytes <= store.address;
}

std::size_t entries_by(OrderFault fault, std::int64_t entries) {
  switch (fault) {
    case OrderFault::one_entry:
      return 1;
    case OrderFault::two_entries:
      return 2;
    case OrderFault::three_entries:
      return 3;
    default:
      return static_cast<std::size_t>(entries);
  }
}

}  // namespace

StoreBuffer::StoreBuffer(std::int64_t entries, OrderFault fault)
    : fault_(fault), entries_(entries_by(fault, entries)) {}

StoreBuffer::Lookup StoreBuffer::look_up(Address address, unsigned bytes,
                                         std::uint64_t& value) const {
  const Store* const store = newest_touching(address, bytes);
  if (store == nullptr || fault_ == OrderFault::no_forwarding) {
    return Lookup::miss;
  }
  const bool covers =
      store->address <= address && address + bytes <= store->address + store->bytes;
  if (!covers) {
    return fault_ == OrderFault::overlap_reads_memory ? Lookup::miss : Lookup::partial;
  }
  if (fault_ == OrderFault::stall_instead_of_forwarding) {
    return Lookup::partial;
  }
  const std::uint64_t shifted = store->value >> (8 * (address - store->address));
  value = bytes == 8 ? shifted : shifted & ((std::uint64_t{1} << (8 * bytes)) - 1);
  return Lookup::covered;
}

const StoreBuffer::Store* StoreBuffer::newest_touching(Address address, unsigned bytes) const {
  const auto touches = [&](const Store& store) { return !apart(store, address, bytes); };
  const std::span<const Store> all = waiting();
  if (fault_ == OrderFault::forwards_oldest) {
    const auto store = std::find_if(all.begin(), all.end(), touches);
    return store == all.end() ? nullptr : &*store;
  }
  const auto store = std::find_if(all.rbegin(), all.rend(), touches);
  return store == all.rend() ? nullptr : &*store;
}

// What commits next in a wrong model. Partial store order lets the youngest go that no other store
// to its bytes is before.
std::size_t StoreBuffer::next_by_fault() const {
  if (fault_ == OrderFault::last_in_first_out) {
    return stores_.size() - 1;
  }
  std::size_t next = first_;
  for (std::size_t i = first_ + 1; fault_ == OrderFault::partial_store_order && i < stores_.size();
       ++i) {
    const std::span<const Store> older = waiting().first(i - first_);
    if (std::all_of(older.begin(), older.end(), [&](const Store& store) {
          return apart(store, stores_[i].address, stores_[i].bytes);
        })) {
      next = i;
    }
  }
  return next;
}

bool StoreBuffer::coalesce(const Store& store) {
  for (std::size_t i = first_; i < stores_.size(); ++i) {
    if (stores_[i].address == store.address && stores_[i].bytes == store.bytes) {
      stores_[i] = store;
      return true;
    }
  }
  return false;
}

}  // namespace hvsim
