// The store buffer of one pCPU: what makes x86-TSO weaker than sequential consistency.
//
// Stores wait here, first in, first out, until their line is owned; a later load of the same pCPU
// sees the newest of them that covers it. Nobody else sees them before they commit. With an
// OrderFault it does one of these things otherwise.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/where.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/order_fault.hpp"

namespace hvsim {

class StoreBuffer {
 public:
  struct Store {
    Address address;
    unsigned bytes;
    std::uint64_t value;
    Where where;
  };
  enum class Lookup : std::uint8_t {
    miss,     // no waiting store touches the bytes
    covered,  // the newest that touches them has them all: `value` is theirs
    partial,  // it has some: the load must wait until that store has committed
  };

  explicit StoreBuffer(std::int64_t entries, OrderFault fault = OrderFault::none);

  bool empty() const { return stores_.empty(); }
  bool full() const { return !empty() && stores_.size() - first_ >= entries_; }
  void add(const Store& store) {
    if (fault_ != OrderFault::coalesces_with_any_older || !coalesce(store)) {
      stores_.push_back(store);
    }
  }
  // The one that commits next.
  const Store& oldest() const { return stores_[next()]; }
  void remove_oldest() {
    if (const std::size_t at = next(); at != first_) {
      stores_.erase(stores_.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (++first_ == stores_.size() || first_ == entries_) {
      stores_.erase(stores_.begin(), stores_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }
  Lookup look_up(Address address, unsigned bytes, std::uint64_t& value) const;
  // Oldest first.
  std::span<const Store> waiting() const { return std::span(stores_).subspan(first_); }

 private:
  std::size_t next() const { return fault_ == OrderFault::none ? first_ : next_by_fault(); }
  std::size_t next_by_fault() const;
  bool coalesce(const Store& store);
  const Store* newest_touching(Address address, unsigned bytes) const;

  OrderFault fault_;
  std::size_t entries_;
  std::vector<Store> stores_;  // those from first_ on wait; none is kept when none waits
  std::size_t first_ = 0;
};

}  // namespace hvsim
