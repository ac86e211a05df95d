#include "models/hypervisor/runstate/guest_area.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

namespace {

// The area's bytes as words of the given size, number by number.
std::uint64_t area_word(const RunstateInfo& info, RecordLayout layout, unsigned word) {
  const auto state = static_cast<std::uint64_t>(info.state);
  if (layout == RecordLayout::x86_64) {
    return word == 0 ? state : word == 1 ? info.entry : info.time[word - 2];
  }
  if (word == 0) {
    return state;
  }
  const unsigned field = (word - 1) / 2;
  const std::uint64_t value = field == 0 ? info.entry : info.time[field - 1];
  return word % 2 == 1 ? value & 0xffffffffu : value >> 32;
}

}  // namespace

void GuestArea::name_fields(Memory& memory, const std::string& name) const {
  const auto field = [&](std::uint64_t offset, std::uint64_t bytes, const std::string& what) {
    memory.name(static_cast<std::byte*>(base_) + offset, bytes, name + "." + what);
  };
  field(0, 4, "state");
  field(entry_at(), 8, "entry");
  for (unsigned i = 0; i < run_states; ++i) {
    const std::string state = name_of(static_cast<RunState>(i));
    field(entry_at() + 8 + std::uint64_t{8} * i, 8, "time[" + state + "]");
  }
}

bool GuestArea::copy(Cpu& cpu, const RunstateInfo& info, CopyOrder order, unsigned reachable,
                     Where where) {
  for (unsigned i = 0; i < words(); ++i) {
    const unsigned word = order == CopyOrder::ascending ? i : words() - 1 - i;
    const unsigned offset = word * word_bytes();
    if (i == words() / 2 && stall_ > Duration{}) {
      cpu.compute(stall_);
    }
    if (offset + word_bytes() > reachable) {
      return false;
    }
    const std::uint64_t value = area_word(info, layout_, word);
    if (layout_ == RecordLayout::x86_64) {
      cpu.store(at<std::uint64_t>(offset), value, where);
    } else {
      cpu.store(at<std::uint32_t>(offset), static_cast<std::uint32_t>(value), where);
    }
  }
  return true;
}

void GuestArea::store_top_byte(Cpu& cpu, std::uint64_t entry, unsigned reachable, Where where) {
  const std::uint64_t top = entry_at() + 7;
  if (top < reachable) {
    cpu.store(at<std::uint8_t>(top), static_cast<std::uint8_t>(entry >> 56), where);
  }
}

void GuestArea::store_entry(Cpu& cpu, std::uint64_t entry, Where where) {
  check(layout_ == RecordLayout::x86_64, "a field that one store can reach");
  cpu.store(at<std::uint64_t>(entry_at()), entry, where);
}

std::uint64_t GuestArea::load_entry(Cpu& cpu, Where where) const {
  if (layout_ == RecordLayout::x86_64) {
    return cpu.load(at<std::uint64_t>(entry_at()), where);
  }
  const auto& low = at<std::uint32_t>(entry_at());
  const auto& high = at<std::uint32_t>(entry_at() + 4);
  while (true) {
    const std::uint64_t before = cpu.load(high, where);
    const std::uint64_t value = cpu.load(low, where);
    if (cpu.load(high, where) == before) {
      return before << 32 | value;
    }
  }
}

RunstateInfo GuestArea::load(Cpu& cpu, Where where) const {
  RunstateInfo info;
  info.state = static_cast<RunState>(cpu.load(at<std::uint32_t>(0), where));
  const auto field = [&](std::uint64_t offset) -> std::uint64_t {
    if (layout_ == RecordLayout::x86_64) {
      return cpu.load(at<std::uint64_t>(offset), where);
    }
    const std::uint64_t low = cpu.load(at<std::uint32_t>(offset), where);
    const std::uint64_t high = cpu.load(at<std::uint32_t>(offset + 4), where);
    return high << 32 | low;
  };
  info.entry = field(entry_at());
  for (unsigned i = 0; i < run_states; ++i) {
    info.time[i] = field(entry_at() + 8 + std::uint64_t{8} * i);
  }
  return info;
}

bool GuestArea::flagged() const {
  return (at<std::uint8_t>(entry_at() + 7).peek() & 0x80u) != 0;
}

}  // namespace hvsim
