// Simulated physical memory: one arena, real layout, 64-byte lines.
//
// An object made here keeps its C++ layout; its simulated address is its offset in the arena, and
// its line is address / 64. The arena's place in the host's memory never reaches an order, a hash
// or a price. Objects are never destroyed one by one: they go with the arena. Errors: running out
// of the arena throws LimitReached.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/hw/shared.hpp"
#include "sim/hw/zero_pages.hpp"

namespace hvsim {

using Address = std::uint64_t;  // bytes from the start of simulated memory

inline constexpr std::uint64_t line_bytes = 64;
inline constexpr std::uint64_t page_bytes = 4096;
inline constexpr std::uint64_t largest_memory = line_bytes << 29;  // a cache numbers 2^30 lines

constexpr LineId line_of(Address address) {
  return LineId{static_cast<std::uint32_t>(address / line_bytes)};
}

class Memory {
 public:
  // At most largest_memory.
  explicit Memory(unsigned nodes, std::uint64_t most_bytes = std::uint64_t{8} << 30);
  ~Memory() { arena_.written_up_to(used_); }

  // A T of its own line or lines, all zero but for what T's constructor sets, on the given node.
  template <class T>
  T& make(const std::string& name, SocketId node) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena destroys nothing");
    return *new (host(reserve(name, sizeof(T), node))) T();
  }

  // `count` Ts, packed as in a C array: neighbours may share a line.
  template <class T>
  std::span<T> make_array(const std::string& name, std::size_t count, SocketId node) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena destroys nothing");
    T* first = new (host(reserve(name, sizeof(T) * count, node))) T();
    // The arena is zero: a row of what is nothing but zeros need not cost the host its pages.
    const std::size_t to_write = all_zero(*first) ? 1 : count;
    for (std::size_t i = 1; i < to_write; ++i) {
      new (first + i) T();
    }
    return {first, count};
  }

  // Room for bulk data (frames of a guest): has lines and a node, starts at a line (at a page if
  // it is a page or more), and costs the host nothing until it is written.
  Address reserve(const std::string& name, std::uint64_t bytes, SocketId node);

  // Gives part of an object a name of its own in reports: "grant_table[1].lock".
  void name(const void* first, std::uint64_t bytes, const std::string& name);

  Address address_of(const void* word) const {
    return static_cast<Address>(static_cast<const std::byte*>(word) - base_);
  }
  void* host(Address address) const { return base_ + address; }
  // The innermost name at an address, with the offset if there is one: "grant_table[1]+72".
  std::string name_of(Address address) const;
  SocketId node_of(LineId line) const { return SocketId{page_node_[line.n / lines_a_page]}; }
  std::uint64_t lines() const { return used_ / line_bytes; }  // lines handed out so far

 private:
  template <class T>
  static bool all_zero(const T& object) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&object);
    return std::all_of(bytes, bytes + sizeof(T), [](unsigned char byte) { return byte == 0; });
  }

  static constexpr std::uint64_t lines_a_page = page_bytes / line_bytes;
  struct Named {
    std::uint64_t bytes;
    std::string name;
  };

  std::uint64_t most_bytes_;
  ZeroPages arena_;
  std::byte* base_;
  std::uint64_t used_ = 0;
  unsigned nodes_;
  std::vector<std::uint8_t> page_node_;  // which node owns each page
  std::multimap<Address, Named> names_;  // by first address; a later, smaller one is innermost
};

}  // namespace hvsim
