// The translations that one hardware thread keeps: tagged by PCID, finite, set-associative.
//
// One level, with least recently used replacement: the large one of parts that have two. A global
// translation serves every PCID and outlives the dropping of one. Dropping costs the host nothing:
// what was filled before is no longer valid. Two threads of a core have one each.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/hw/paging.hpp"

namespace hvsim {

class Tlb {
 public:
  Tlb(std::int64_t sets, std::int64_t ways);

  // The frame of a page, if it is known; it is then the most recently used of its set.
  std::optional<Address> look_up(Pcid pcid, std::uint64_t page);
  void fill(Pcid pcid, std::uint64_t page, Address frame, bool global);

  // One page of one address space, and the page if it is global.
  void drop_page(Pcid pcid, std::uint64_t page);
  // All of one address space; global ones stay.
  void drop(Pcid pcid);
  void drop_all();

  // What the host needs for one.
  static std::uint64_t table_bytes(std::int64_t sets, std::int64_t ways);

 private:
  struct Entry {
    std::uint64_t page = 0;
    Address frame = 0;
    std::uint64_t filled = 0;  // when; 0: never, or dropped
    std::uint64_t used = 0;
    Pcid pcid;
    bool global = false;
  };

  bool valid(const Entry& entry) const;
  bool serves(const Entry& entry, Pcid pcid, std::uint64_t page) const;
  Entry* set_of(std::uint64_t page);

  std::uint64_t sets_;
  std::uint64_t ways_;
  std::vector<Entry> entries_;          // set by set; empty until the first fill
  std::vector<std::uint64_t> dropped_;  // by PCID: what was filled up to then is gone
  std::uint64_t all_dropped_ = 0;
  std::uint64_t clock_ = 0;  // counts uses
};

}  // namespace hvsim
