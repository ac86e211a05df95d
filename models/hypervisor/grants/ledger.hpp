// The ghost books of one grant table: what pins, references and unfinished unmaps there should be.
//
// What it is: plain host state, kept beside the table by the operations and compared with what the
// words in memory say. It costs no simulated time.
// What you must promise: called under the entry's lock, or after the run.
// What it guarantees: a pin that was lost or doubled (GR-S5), a status bit that does not fit the
// pins (GR-S6), a page reference dropped too early (GR-S8) is reported at the first chance.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hypervisor/domain_id.hpp"
#include "models/hypervisor/grants/shared_entry.hpp"
#include "models/hypervisor/tlb_shootdown.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

class GrantLedger {
 public:
  explicit GrantLedger(std::uint32_t entries) : books_(entries) {}

  void pinned(std::uint32_t ref, std::uint32_t kind) { books_[ref].pins += kind; }
  void unpinned(std::uint32_t ref, std::uint32_t kind) { books_[ref].pins -= kind; }

  // An unmap between its two phases: the pin is gone, the reference and the bits are still there.
  // `cleared_at` is when the page-table entry went away, `users` who may still have it cached.
  void unmap_begun(std::uint32_t ref, Time cleared_at, const PcpuSet& users);
  void unmap_ended(std::uint32_t ref, Time cleared_at);

  // References that grants hold on the page behind `ref`.
  void referenced(std::uint32_t ref) { ++books_[ref].references; }
  void unreferenced(std::uint32_t ref) { --books_[ref].references; }
  std::uint32_t references(std::uint32_t ref) const { return books_[ref].references; }

  std::uint32_t pins(std::uint32_t ref) const { return books_[ref].pins; }
  bool half_unmapped(std::uint32_t ref) const { return !books_[ref].half_unmapped.empty(); }
  std::uint32_t entries() const { return static_cast<std::uint32_t>(books_.size()); }

  // GR-S5 and GR-S6 for one entry whose lock the caller holds, with `pins` as the table has them.
  void check(Cpu& cpu, std::uint32_t ref, std::uint32_t pins, const SharedEntry& entry) const;
  // GR-S8: `count` references are on the page that the grants of `ref` hold.
  void check_references(Cpu& cpu, std::uint32_t ref, std::uint64_t count, const void* word) const;
  // GR-S9: nobody can use a mapping of `ref` that is half unmapped. At a ghost point.
  void check_flushed(Cpu& cpu, std::uint32_t ref, const TlbShootdown& tlb, const void* word) const;

 private:
  struct HalfUnmapped {
    Time cleared_at;
    PcpuSet users;
  };
  struct Book {
    std::uint32_t pins = 0;  // as byte counters, like the entry's
    std::uint32_t references = 0;
    std::vector<HalfUnmapped> half_unmapped;
  };
  std::vector<Book> books_;
};

}  // namespace hvsim
