// Reference and type counts of a frame: load, then cmpxchg until nobody came in between.
#include "models/hypervisor/page_info.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

FrameTable::FrameTable(Host& host, unsigned capacity)
    : host_(host),
      infos_(host.memory().make_array<PageInfo>("frame_table", capacity, SocketId{0})) {}

Mfn FrameTable::allocate(const std::string& name, DomainId owner, unsigned count, SocketId node) {
  check(addresses_.size() + count <= infos_.size(), "room in the frame table");
  const Mfn first{static_cast<std::uint32_t>(addresses_.size())};
  const Address at = host_.memory().reserve(name, std::uint64_t{count} * page_bytes, node);
  for (unsigned i = 0; i < count; ++i) {
    PageInfo& info = infos_[addresses_.size()];
    info.count_info.poke(PageInfo::allocated | 1);
    info.type_info.poke(0);
    info.owner.poke(owner.n);
    addresses_.push_back(at + std::uint64_t{i} * page_bytes);
  }
  return first;
}

bool FrameTable::get_page(Cpu& cpu, Mfn mfn, DomainId owner) {
  PageInfo& page = infos_[mfn.n];
  std::uint64_t seen = cpu.load(page.count_info);
  for (;;) {
    if ((seen & PageInfo::count_mask) == 0) {
      return false;  // a free frame
    }
    const std::uint64_t before = cpu.cmpxchg(page.count_info, seen, seen + 1);
    if (before == seen) {
      break;
    }
    seen = before;
  }
  if (cpu.load(page.owner) == owner.n) {
    return true;
  }
  put_page(cpu, mfn);
  return false;
}

void FrameTable::put_page(Cpu& cpu, Mfn mfn) {
  PageInfo& page = infos_[mfn.n];
  std::uint64_t seen = cpu.load(page.count_info);
  for (;;) {
    const std::uint64_t count = seen & PageInfo::count_mask;
    if (count == 0 || (count == 1 && (seen & PageInfo::allocated) != 0)) {
      cpu.violated("GR-S8", "drops a page reference that nobody took", &page.count_info);
    }
    const std::uint64_t before = cpu.cmpxchg(page.count_info, seen, seen - 1);
    if (before == seen) {
      return;
    }
    seen = before;
  }
}

bool FrameTable::get_writable_type(Cpu& cpu, Mfn mfn) {
  PageInfo& page = infos_[mfn.n];
  std::uint64_t seen = cpu.load(page.type_info);
  for (;;) {
    const bool unused = (seen & PageInfo::type_count_mask) == 0;
    if (!unused && (seen & PageInfo::type_mask) != PageInfo::writable) {
      return false;
    }
    const std::uint64_t wanted = unused ? (PageInfo::writable | 1) : seen + 1;
    const std::uint64_t before = cpu.cmpxchg(page.type_info, seen, wanted);
    if (before == seen) {
      return true;
    }
    seen = before;
  }
}

void FrameTable::put_writable_type(Cpu& cpu, Mfn mfn) {
  PageInfo& page = infos_[mfn.n];
  std::uint64_t seen = cpu.load(page.type_info);
  for (;;) {
    if ((seen & PageInfo::type_count_mask) == 0) {
      cpu.violated("GR-S8", "drops a type reference that nobody took", &page.type_info);
    }
    const std::uint64_t before = cpu.cmpxchg(page.type_info, seen, seen - 1);
    if (before == seen) {
      return;
    }
    seen = before;
  }
}

}  // namespace hvsim
