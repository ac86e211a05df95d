// Comparing the ghost books of a grant table with its memory.
#include "models/hypervisor/grants/ledger.hpp"

#include <algorithm>

#include "models/hypervisor/grants/active_entry.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

void GrantLedger::unmap_begun(std::uint32_t ref, Time cleared_at, const PcpuSet& users) {
  books_[ref].half_unmapped.push_back({cleared_at, users});
}

void GrantLedger::unmap_ended(std::uint32_t ref, Time cleared_at) {
  std::vector<HalfUnmapped>& open = books_[ref].half_unmapped;
  const auto found = std::find_if(open.begin(), open.end(), [&](const HalfUnmapped& half) {
    return half.cleared_at == cleared_at;
  });
  hvsim::check(found != open.end(), "an unmap that was begun");
  open.erase(found);
}

void GrantLedger::check_flushed(Cpu& cpu, std::uint32_t ref, const TlbShootdown& tlb,
                                const void* word) const {
  for (const HalfUnmapped& half : books_[ref].half_unmapped) {
    if (!tlb.flushed_since(half.users, half.cleared_at)) {
      cpu.violated("GR-S9",
                   "grant " + std::to_string(ref) +
                       " is given back while a pCPU may still use a mapping of it",
                   word);
    }
  }
}

void GrantLedger::check(Cpu& cpu, std::uint32_t ref, std::uint32_t pins,
                        const SharedEntry& entry) const {
  const Book& book = books_[ref];
  if (pins != book.pins) {
    cpu.violated("GR-S5",
                 "grant " + std::to_string(ref) + " has pins " + std::to_string(pins) +
                     " but mappings and copies make " + std::to_string(book.pins),
                 &entry.flags_domid);
  }
  // Status bits change by locked instructions under the entry's lock only: memory is up to date.
  const std::uint32_t flags = entry.flags_domid.peek();
  const bool reading = (flags & grant_flag::reading) != 0;
  const bool writing = (flags & grant_flag::writing) != 0;
  const bool settling = !book.half_unmapped.empty();
  const bool read_fits = reading == (pins != 0) || (reading && settling);
  const bool write_fits = writing == ((pins & pin::writes) != 0) || (writing && settling);
  if (!read_fits || !write_fits) {
    cpu.violated("GR-S6",
                 "grant " + std::to_string(ref) + " has pins " + std::to_string(pins) +
                     " but status bits " + std::to_string(flags & 0x18u),
                 &entry.flags_domid);
  }
}

void GrantLedger::check_references(Cpu& cpu, std::uint32_t ref, std::uint64_t count,
                                   const void* word) const {
  if (count < books_[ref].references) {
    cpu.violated("GR-S8",
                 "the page behind grant " + std::to_string(ref) + " has " + std::to_string(count) +
                     " references, fewer than its pins and mappings (" +
                     std::to_string(books_[ref].references) + ")",
                 word);
  }
}

}  // namespace hvsim
