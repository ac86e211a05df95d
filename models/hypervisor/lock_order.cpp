// The order of hypervisor locks: table, active entry, p2m (grant-rwlock sheet, GR-S11).
#include "models/hypervisor/lock_order.hpp"

#include <algorithm>

namespace hvsim {

namespace {

const char* rank_name(LockRank rank) {
  switch (rank) {
    case LockRank::table:
      return "grant table";
    case LockRank::active_entry:
      return "active entry";
    case LockRank::p2m:
      return "p2m";
  }
  return "?";
}

}  // namespace

void LockOrder::enter(Cpu& cpu, LockRank rank, Address address, const void* word, Where where) {
  std::vector<Held>& held = held_[cpu.id().n];
  for (const Held& outer : held) {
    const bool second_table = rank == LockRank::table && outer.rank == LockRank::table;
    if (outer.rank > rank || (outer.rank == rank && !(second_table && outer.address < address))) {
      cpu.violated("GR-S11",
                   std::string("takes a ") + rank_name(rank) + " lock while it holds a " +
                       rank_name(outer.rank) + " lock that comes after it",
                   word, where);
    }
  }
  held.push_back({rank, address});
}

void LockOrder::leave(Cpu& cpu, LockRank rank, Address address, const void* word, Where where) {
  std::vector<Held>& held = held_[cpu.id().n];
  const auto found = std::find_if(held.rbegin(), held.rend(), [&](const Held& h) {
    return h.rank == rank && h.address == address;
  });
  if (found == held.rend()) {
    cpu.violated("GR-S11", std::string("releases a ") + rank_name(rank) + " lock it does not hold",
                 word, where);
  }
  held.erase(std::next(found).base());
}

}  // namespace hvsim
