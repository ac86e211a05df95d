#include "models/hypervisor/shadow/l4_frames.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace hvsim {

Address L4Frames::allocate(const std::string& name, unsigned count, SocketId node) {
  Memory& memory = host_.memory();
  Address first = memory.reserve(name, count * page_bytes, node);
  if (first == 0) {  // frame 0 is nobody's L4
    first = memory.reserve(name, count * page_bytes, node);
  }
  const auto words = memory.make_array<PageWords>(name + ".page_info", count, SocketId{0});
  numbers_.resize(std::max<std::size_t>(numbers_.size(), first / page_bytes + count), none);
  for (unsigned i = 0; i < count; ++i) {
    numbers_[first / page_bytes + i] = static_cast<unsigned>(words_.size());
    words_.push_back(&words[i]);
    if (count > 1) {
      memory.name(memory.host(first + i * page_bytes), page_bytes, name + "." + std::to_string(i));
    }
  }
  return first;
}

unsigned L4Frames::find(Address frame) const {
  const std::size_t page = frame / page_bytes;
  return frame % page_bytes == 0 && page < numbers_.size() ? numbers_[page] : none;
}

unsigned L4Frames::number(Address frame) const {
  const unsigned found = find(frame);
  check(found != none, "the address of an L4");
  return found;
}

}  // namespace hvsim
