// The copy of a run state record in a guest's memory, in the layout of that guest.
//
// What it is: where the area lies and how its words are stored by the hypervisor and loaded by the
// guest. A 64-bit guest has 6 words of 8 bytes. A 32-bit x86 guest has 11 words of 4: no padding
// after the state, so its 64-bit fields are aligned to 4 and no load of the guest gets one whole.
// What you must promise: the area lies in memory at a multiple of its words' size.
// What it guarantees: x86-TSO order of its accesses, nothing more. A 64-bit field of a 32-bit area
// that changes while load_entry() runs is never returned half old and half new, as long as its
// high half changes only together with its low half or is a flag. Source: runstate sheet, B, C.
#pragma once

#include <cstdint>
#include <string>

#include "models/hypervisor/runstate/record.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

enum class RecordLayout : std::uint8_t { x86_64, x86_32 };
// In which order the copy's words are stored: the interface promises none.
enum class CopyOrder : std::uint8_t { ascending, descending };

class GuestArea {
 public:
  GuestArea() = default;
  GuestArea(Memory& memory, Address first, RecordLayout layout)
      : base_(memory.host(first)), layout_(layout) {}

  // Names its fields in reports: "record[vcpu[3]].entry".
  void name_fields(Memory& memory, const std::string& name) const;
  // Every copy stops for so long half way, as if an NMI came: for tests and sweeps.
  void hold_copies_up(Duration stall) { stall_ = stall; }

  unsigned words() const { return layout_ == RecordLayout::x86_64 ? 6 : 11; }
  unsigned word_bytes() const { return layout_ == RecordLayout::x86_64 ? 8 : 4; }
  unsigned bytes() const { return words() * word_bytes(); }
  const void* entry_word() const { return static_cast<const std::byte*>(base_) + entry_at(); }

  // Stores `info` word by word. Of the area the first `reachable` bytes are mapped; returns false
  // if the copy faulted at the first word beyond them.
  bool copy(Cpu& cpu, const RunstateInfo& info, CopyOrder order, unsigned reachable,
            Where where = Where::here());
  // The top byte of `entry` alone: one store of a byte. Does nothing if it is not mapped.
  void store_top_byte(Cpu& cpu, std::uint64_t entry, unsigned reachable,
                      Where where = Where::here());
  // All of `entry` in one store: 64-bit layout only.
  void store_entry(Cpu& cpu, std::uint64_t entry, Where where = Where::here());

  // What the guest calls get64: one load, or high, low and high again until they agree.
  std::uint64_t load_entry(Cpu& cpu, Where where = Where::here()) const;
  // All fields, each as it is found: a mixture if the hypervisor writes meanwhile.
  RunstateInfo load(Cpu& cpu, Where where = Where::here()) const;

  // Ghost: whether memory shows the update flag.
  bool flagged() const;

 private:
  std::uint64_t entry_at() const { return layout_ == RecordLayout::x86_64 ? 8 : 4; }
  template <class T>
  Shared<T>& at(std::uint64_t offset) const {
    return *reinterpret_cast<Shared<T>*>(static_cast<std::byte*>(base_) + offset);
  }

  void* base_ = nullptr;
  RecordLayout layout_ = RecordLayout::x86_64;
  Duration stall_{};
};

}  // namespace hvsim
