#include "sim/hw/memory.hpp"

#include "sim/base/check.hpp"
#include "sim/hw/run_limits.hpp"

namespace hvsim {

namespace {

std::uint64_t numbered(std::uint64_t bytes) {
  check(bytes > 0 && bytes <= largest_memory, "memory whose lines can be numbered");
  return bytes;
}

}  // namespace

Memory::Memory(unsigned nodes, std::uint64_t most_bytes)
    : most_bytes_(numbered(most_bytes)), arena_(most_bytes), base_(arena_.data()), nodes_(nodes) {}

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
