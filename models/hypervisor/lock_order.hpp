// Ghost check of the order in which hypervisor locks nest (GR-S11).
//
// What it is: for every pCPU, the ranks of the locks it holds now. A lock is entered only above
// the highest one held: table before active entry before p2m. Two tables are write-locked together
// only in the order of their addresses, which enter() checks through `address`. What you must
// promise: enter() before taking the lock, leave() after releasing it, on one pCPU. What it
// guarantees: a reversed nesting is reported when it happens, whether or not another pCPU is there
// to deadlock with. It costs no simulated time.
#pragma once

#include <string>
#include <vector>

#include "sim/hw/cpu.hpp"

namespace hvsim {

enum class LockRank : std::uint8_t { table, active_entry, p2m };

class LockOrder {
 public:
  explicit LockOrder(unsigned pcpus) : held_(pcpus) {}

  void enter(Cpu& cpu, LockRank rank, Address address, const void* word,
             Where where = Where::here());
  void leave(Cpu& cpu, LockRank rank, Address address, const void* word,
             Where where = Where::here());
  bool holds_any(PcpuId cpu) const { return !held_[cpu.n].empty(); }

 private:
  struct Held {
    LockRank rank;
    Address address;
  };
  std::vector<std::vector<Held>> held_;  // by pCPU, outermost first
};

}  // namespace hvsim
