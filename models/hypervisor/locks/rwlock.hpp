// Reader-writer locks: the family the headline is about.
//
// What one is. `RwLockWords` is what lies in memory, the same bytes for every algorithm so that a
// structure that embeds a lock keeps its layout. `RwLockAlgorithm` is a class of locks in Xen's
// sense ("grant", "p2m"): the algorithm and whatever it keeps per pCPU and class. `RwLock` is one
// named lock: words, algorithm, ghost state and statistics.
// What you must promise: no recursion, no upgrade; a lock is released on the pCPU that took it.
// What it guarantees: mutual exclusion of a writer against everybody (GR-S1), checked at every
// acquisition and release on ghost state. A pCPU that takes a lock it already holds in a way that
// may wait for itself (GR-D1), or releases one it does not hold (GR-S4), ends the run with a
// finding before it hangs. Source: grant-rwlock sheet, B1, B2, C, D; xen ef9dd43ddd, eede22972f,
// 55d8424e4e.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/locks/lock_waiters.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

struct RwLockWords {
  Shared<std::uint32_t> word;       // the reader-writer word of every algorithm
  Shared<std::uint32_t> queue;      // ticket spinlock: next << 16 | serving
  Shared<std::uint8_t> activating;  // percpu_rwlock: a writer is on its way or in
};

class RwLockAlgorithm {
 public:
  virtual ~RwLockAlgorithm() = default;

  // Take and release. The two that take return true if the lock was contended: it was found held,
  // or had to be tried for more than once. They are called at a ghost point.
  virtual bool read_lock(Cpu& cpu, RwLockWords& lock) = 0;
  virtual void read_unlock(Cpu& cpu, RwLockWords& lock) = 0;
  virtual bool write_lock(Cpu& cpu, RwLockWords& lock) = 0;
  virtual void write_unlock(Cpu& cpu, RwLockWords& lock) = 0;

  // Whether the words in memory say that a writer is in. For ghost checks: not timed.
  virtual bool write_locked(const RwLockWords& lock) const = 0;

  // Which pCPUs may take locks of this class: all of the host until told otherwise. Before a run.
  virtual void set_online(const PcpuSet& online);

  // Ghost check of the algorithm's own invariants (GR-S2, GR-S3); reports by cpu.violated().
  // Called at a ghost point by the holder, after an acquisition and before a release.
  virtual void check(Cpu& cpu, const RwLockWords& lock, bool write_held);

  // Ghost check that a lock nobody holds is back to what it was at first.
  virtual void check_free(Cpu& cpu, const RwLockWords& lock) const;
};

struct RwLockKind {
  std::string name;  // "percpu_rwlock"
  std::string doc;
  bool broken;  // a twin with one named defect, for tests
  // `lock_class` names the class ("grant"); `host` gives memory for per-pCPU words.
  std::unique_ptr<RwLockAlgorithm> (*make)(const std::string& lock_class, Host& host);
};

// Every algorithm and twin (catalog.cpp); the twins come last.
std::span<const RwLockKind> rwlock_kinds();
// The names of all kinds, in the same order: the choices of a parameter that names a lock.
std::vector<std::string> rwlock_names();
// The kind of that name; an unknown name is an InternalError (names are checked when read).
std::unique_ptr<RwLockAlgorithm> make_rwlock(const std::string& kind,
                                             const std::string& lock_class, Host& host);

class RwLock {
 public:
  // `words` and `algorithm` must outlive the lock. `name` is the one in reports: "grant_table[1]".
  RwLock(const std::string& name, RwLockWords& words, RwLockAlgorithm& algorithm, Host& host);

  // `where` is the caller's line: the place a finding names.
  void read_lock(Cpu& cpu, Where where = Where::here());
  void read_unlock(Cpu& cpu, Where where = Where::here());
  void write_lock(Cpu& cpu, Where where = Where::here());
  void write_unlock(Cpu& cpu, Where where = Where::here());

  // After a run: nobody is in a section and the words are as they were at first (GR-S1).
  void check_free(Cpu& cpu) const;

  const RwLockWords& words() const { return words_; }
  const std::string& name() const { return name_; }
  std::uint64_t read_pairs() const { return read_pairs_; }  // read_lock/read_unlock pairs so far
  std::uint64_t write_pairs() const { return write_pairs_; }

 private:
  void refuse_second_hold(Cpu& cpu, const char* wanted, Where where) const;
  PcpuSet in_the_way(bool to_write) const;

  std::string name_;
  RwLockWords& words_;
  RwLockAlgorithm& algorithm_;
  LockStat& stat_;
  LockWaiters waiters_;
  PcpuSet readers_;          // ghost: who is in a read section
  bool written_ = false;     // ghost: somebody is in the write section ...
  PcpuId writer_{};          // ... namely this pCPU
  std::vector<Time> since_;  // when each pCPU entered its section
  std::uint64_t read_pairs_ = 0;
  std::uint64_t write_pairs_ = 0;
};

}  // namespace hvsim
