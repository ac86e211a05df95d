#include "sim/hw/memory.hpp"

#include <sys/mman.h>

#include <new>

#include "sim/base/check.hpp"
#include "sim/hw/run_limits.hpp"

namespace hvsim {

// Address space only: a page of the host is taken when it is first written.
Memory::Memory(unsigned nodes, std::uint64_t most_bytes) : most_bytes_(most_bytes), nodes_(nodes) {
  check(most_bytes > 0 && most_bytes <= largest_memory, "memory whose lines can be numbered");
  void* arena = mmap(nullptr, most_bytes_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (arena == MAP_FAILED) {
    throw std::bad_alloc();
  }
  base_ = static_cast<std::byte*>(arena);
}

Memory::~Memory() {
  munmap(base_, most_bytes_);
}

Address Memory::reserve(const std::string& name, std::uint64_t bytes, SocketId node) {
  check(bytes > 0, "something to reserve");
  check(node.n < nodes_, "a node of this machine");
  // A page belongs to one node, so another node's object starts on a new page.
  const bool whole_pages = bytes >= page_bytes;
  const bool other_node = !page_node_.empty() && page_node_.back() != node.n;
  const std::uint64_t align = whole_pages || other_node ? page_bytes : line_bytes;
  const Address first = (used_ + align - 1) / align * align;
  if (bytes > most_bytes_ || first > most_bytes_ - bytes) {
    throw LimitReached(RunLimit::memory, most_bytes_);
  }
  used_ = (first + bytes + line_bytes - 1) / line_bytes * line_bytes;
  page_node_.resize((used_ + page_bytes - 1) / page_bytes, static_cast<std::uint8_t>(node.n));
  names_.insert({first, {bytes, name}});
  return first;
}

void Memory::name(const void* first, std::uint64_t bytes, const std::string& name) {
  names_.insert({address_of(first), {bytes, name}});
}

std::string Memory::name_of(Address address) const {
  // Walk back from the last name that starts at or before the address; the first that reaches it
  // is the innermost, since an inner one starts no earlier than the one around it.
  for (auto it = names_.upper_bound(address); it != names_.begin();) {
    --it;
    const Address offset = address - it->first;
    if (offset < it->second.bytes) {
      return offset == 0 ? it->second.name : it->second.name + "+" + std::to_string(offset);
    }
  }
  return "memory+" + std::to_string(address);
}

}  // namespace hvsim
