#include "sim/hw/tlb.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

Tlb::Tlb(std::int64_t sets, std::int64_t ways)
    : sets_(static_cast<std::uint64_t>(sets)), ways_(static_cast<std::uint64_t>(ways)) {
  check(sets > 0 && ways > 0, "a TLB holds something");
}

std::uint64_t Tlb::table_bytes(std::int64_t sets, std::int64_t ways) {
  return static_cast<std::uint64_t>(sets) * static_cast<std::uint64_t>(ways) * sizeof(Entry);
}

bool Tlb::valid(const Entry& entry) const {
  const bool kept =
      entry.global || entry.pcid.n >= dropped_.size() || entry.filled > dropped_[entry.pcid.n];
  return entry.filled > all_dropped_ && kept;
}

bool Tlb::serves(const Entry& entry, Pcid pcid, std::uint64_t page) const {
  return entry.page == page && (entry.global || entry.pcid == pcid) && valid(entry);
}

Tlb::Entry* Tlb::set_of(std::uint64_t page) {
  return &entries_[page % sets_ * ways_];
}

std::optional<Address> Tlb::look_up(Pcid pcid, std::uint64_t page) {
  if (entries_.empty()) {
    return std::nullopt;
  }
  Entry* const set = set_of(page);
  for (std::uint64_t way = 0; way < ways_; ++way) {
    if (serves(set[way], pcid, page)) {
      set[way].used = ++clock_;
      return set[way].frame;
    }
  }
  return std::nullopt;
}

void Tlb::fill(Pcid pcid, std::uint64_t page, Address frame, bool global) {
  check(pcid.n < pcids, "a PCID has 12 bits");
  if (entries_.empty()) {
    entries_.resize(sets_ * ways_);
  }
  Entry* const set = set_of(page);
  Entry* victim = set;
  for (std::uint64_t way = 0; way < ways_; ++way) {
    const std::uint64_t used = valid(set[way]) ? set[way].used : 0;
    const std::uint64_t least = valid(*victim) ? victim->used : 0;
    victim = used < least ? &set[way] : victim;
  }
  ++clock_;
  *victim = {page, frame, clock_, clock_, pcid, global};
}

void Tlb::drop_page(Pcid pcid, std::uint64_t page) {
  if (entries_.empty()) {
    return;
  }
  Entry* const set = set_of(page);
  for (std::uint64_t way = 0; way < ways_; ++way) {
    if (serves(set[way], pcid, page)) {
      set[way].filled = 0;
    }
  }
}

void Tlb::drop(Pcid pcid) {
  check(pcid.n < pcids, "a PCID has 12 bits");
  if (pcid.n >= dropped_.size()) {
    dropped_.resize(pcid.n + std::size_t{1});
  }
  dropped_[pcid.n] = clock_;
}

void Tlb::drop_all() {
  all_dropped_ = clock_;
}

}  // namespace hvsim
