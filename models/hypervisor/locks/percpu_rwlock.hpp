// Xen's per-CPU reader-writer lock: a reader says in a word of its own which lock it reads.
//
// A class of locks ("grant") has one pointer a pCPU, on a line of its own. A reader stores the
// lock there and looks whether a writer is coming; no reader writes a line that another one reads.
// The writer pays: it takes the underlying lock, says that it comes, and looks at every pCPU's
// pointer. One pointer a class, not a lock: a pCPU that holds one lock of the class takes a second
// one through the underlying lock, which is slow and correct. What you must promise: a pCPU does
// not take a lock in a way that may wait for itself (GR-D1), and no interrupt handler takes one
// for writing (the scratch mask is one a pCPU). What it guarantees: GR-S1 as every lock; GR-S2 and
// GR-S3 by its own check(). Source: grant-rwlock sheet, C; xen eede22972f, 66ea5ed478, seed of
// December 2015.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/locks/rwlock.hpp"

namespace hvsim {

class PercpuRwlock : public RwLockAlgorithm {
 public:
  // `underlying` is the lock that excludes writers and slow readers: u in the sheet.
  PercpuRwlock(const std::string& lock_class, Host& host,
               std::unique_ptr<RwLockAlgorithm> underlying);

  bool read_lock(Cpu& cpu, RwLockWords& lock) override;
  void read_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_lock(Cpu& cpu, RwLockWords& lock) override;
  void write_unlock(Cpu& cpu, RwLockWords& lock) override;
  bool write_locked(const RwLockWords& lock) const override;
  void set_online(const PcpuSet& online) override { online_ = online; }
  void check(Cpu& cpu, const RwLockWords& lock, bool write_held) override;
  void check_free(Cpu& cpu, const RwLockWords& lock) const override;

 protected:
  using Pointer = Shared<std::uint64_t>;
  static constexpr std::uint64_t none = 0;

  // A lock as a pointer holds it: its simulated address, moved off zero.
  std::uint64_t key(const RwLockWords& lock) const { return memory_.address_of(&lock) + 1; }
  Pointer& pointer(const Cpu& cpu) { return *pointers_[cpu.id().n]; }
  RwLockAlgorithm& underlying() { return *underlying_; }
  // Steps 3 to 6: the first lock of the class that this pCPU takes.
  virtual bool read_first(Cpu& cpu, RwLockWords& lock);
  // Steps 4 and 5 of a writer; true if it had to wait.
  bool wait_for_fast_readers(Cpu& cpu, RwLockWords& lock);

 private:
  Memory& memory_;
  std::unique_ptr<RwLockAlgorithm> underlying_;
  std::vector<Pointer*> pointers_;  // one a pCPU, each on a line of its own
  std::vector<PcpuSet> scratch_;    // one a pCPU: whom its writer still has to see
  PcpuSet online_;
  std::vector<std::uint64_t> arriving_;  // ghost: the lock a pCPU is about to read, or none
  // Ghost: the pCPU's scratch mask is in use. Only the pCPU itself looks, so a byte each, no bits.
  std::vector<std::uint8_t> polling_;
  // Ghost: which locks a pCPU reads through the underlying lock. Only the pCPU itself looks.
  std::vector<std::vector<std::uint64_t>> slow_;
};

}  // namespace hvsim
