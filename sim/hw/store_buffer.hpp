// The store buffer of one pCPU: what makes x86-TSO weaker than sequential consistency.
//
// Stores wait here, first in, first out, until their line is owned; a later load of the same pCPU
// sees the newest of them that covers it. Nobody else sees them before they commit.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/base/where.hpp"
#include "sim/hw/memory.hpp"

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

  explicit StoreBuffer(std::int64_t entries) : entries_(static_cast<std::size_t>(entries)) {}

  bool empty() const { return stores_.empty(); }
  bool full() const { return stores_.size() >= entries_; }
  void add(const Store& store) { stores_.push_back(store); }
  const Store& oldest() const { return stores_.front(); }
  void remove_oldest() { stores_.pop_front(); }
  Lookup look_up(Address address, unsigned bytes, std::uint64_t& value) const;

 private:
  std::size_t entries_;
  std::deque<Store> stores_;
};

}  // namespace hvsim
