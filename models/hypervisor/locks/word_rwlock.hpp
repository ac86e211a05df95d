// Xen's reader-writer lock until February 2016: one word, write-biased, unfair.
//
// Bit 31 is the writer, the rest counts readers. A writer that comes shuts out new readers and
// then waits for the old ones; nobody waits in order. Every attempt is a load and then a cmpxchg:
// under contention two transfers of the line, and often for nothing. Source: grant-rwlock sheet,
// B1; xen 2a549b9c8a.
#pragma once

#include "models/hypervisor/locks/rwlock.hpp"

namespace hvsim {

class WordRwlock : public RwLockAlgorithm {
 public:
  bool read_lock(Cpu& cpu, RwLockWords& lock) override;
  void read_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_lock(Cpu& cpu, RwLockWords& lock) override;
  void write_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_locked(const RwLockWords& lock) const override;

 protected:
  static constexpr std::uint32_t writer = 1u << 31;
};

}  // namespace hvsim
