// Xen's reader-writer lock since February 2016: a word of counts and a ticket lock as wait queue.
//
// The low byte is the writer (0 none, 1 waiting, 0xff locked); a reader is one unit of 256. Taking
// it for reading is one locked add and no retry. Whoever cannot have it at once queues: waiters
// are served first come first served (GR-F1).
// Source: grant-rwlock sheet, B2, original widths; xen 55d8424e4e.
#pragma once

#include "models/hypervisor/locks/rwlock.hpp"

namespace hvsim {

class FairRwlock : public RwLockAlgorithm {
 public:
  bool read_lock(Cpu& cpu, RwLockWords& lock) override;
  void read_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_lock(Cpu& cpu, RwLockWords& lock) override;
  void write_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_locked(const RwLockWords& lock) const override;

 private:
  void queue_to_read(Cpu& cpu, RwLockWords& lock);
  void queue_to_write(Cpu& cpu, RwLockWords& lock);
};

}  // namespace hvsim
