// A domain's grant table: what it shares (entries), who uses that (active entries), and what it
// has mapped of others (maptrack).
//
// What it is: the memory of the table with its layout, and its reader-writer lock. The lock is the
// first word of a header whose first line also holds fields that every operation loads, so a
// contended lock slows these loads as well, as in Xen.
// What you must promise: a reader of entries holds the lock (begin_read/end_read) and the entry's
// own lock (begin_entry/end_entry) inside it; no table lock is taken under an entry's. What it
// guarantees: GR-S11 is checked on every lock; end_entry() checks the entry's pins and bits
// against the ledger (GR-S5, GR-S6).
// Source: grant-rwlock sheet, B3; xen eede22972f.
#pragma once

#include <memory>
#include <string>

#include "models/hypervisor/grants/active_entry.hpp"
#include "models/hypervisor/grants/ledger.hpp"
#include "models/hypervisor/grants/maptrack.hpp"
#include "models/hypervisor/grants/shared_entry.hpp"
#include "models/hypervisor/lock_order.hpp"
#include "models/hypervisor/locks/rwlock.hpp"

namespace hvsim {

using GrantRef = std::uint32_t;

struct GrantTableHeader {
  RwLockWords lock;
  Shared<std::uint32_t> nr_grant_frames;
  Shared<std::uint64_t> shared_array;
  Shared<std::uint32_t> nr_status_frames;
  Shared<std::uint64_t> status_array;
  Shared<std::uint64_t> active_array;
  Shared<std::uint64_t> maptrack_array;
  Shared<std::uint32_t> maptrack_limit;
  Shared<std::uint32_t> maptrack_lock;  // ticket spinlock
  Shared<std::uint32_t> gt_version;
};
static_assert(sizeof(GrantTableHeader) <= 2 * line_bytes);

struct GrantTableShape {
  unsigned grant_frames = 32;  // pages of 512 shared entries, at first
  unsigned max_grant_frames = 32;
  unsigned maptrack_pages = 1024;  // at most
  SocketId node{};
};

class GrantTable {
 public:
  static constexpr unsigned entries_a_frame = page_bytes / sizeof(SharedEntry);

  // Reports name it "grant_table[<owner>]". `algorithm` and `order` must outlive it.
  GrantTable(Host& host, DomainId owner, const GrantTableShape& shape, RwLockAlgorithm& algorithm,
             LockOrder& order);

  void begin_read(Cpu& cpu, Where where = Where::here());
  void end_read(Cpu& cpu, Where where = Where::here());
  void begin_write(Cpu& cpu, Where where = Where::here());
  void end_write(Cpu& cpu, Where where = Where::here());

  // Under the lock: how many entries there are, from the header.
  GrantRef entries(Cpu& cpu);
  // Under the lock. Also loads the array's place from the header, as the algorithm does.
  ActiveEntry& begin_entry(Cpu& cpu, GrantRef ref);
  // `pins` is what the entry's pin now is, by the caller's own account.
  void end_entry(Cpu& cpu, GrantRef ref, std::uint32_t pins);

  SharedEntry& shared(GrantRef ref) { return shared_[ref]; }
  ActiveEntry& active(GrantRef ref) {
    return active_[ref / ActivePage::entries].entry[ref % ActivePage::entries];
  }
  Maptrack& maptrack() { return *maptrack_; }
  // For tests: another free list discipline.
  void replace_maptrack(std::unique_ptr<Maptrack> other) { maptrack_ = std::move(other); }
  GrantLedger& ledger() { return ledger_; }
  RwLock& lock() { return lock_; }
  Address place() const { return place_; }
  GrantTableHeader& header() { return header_; }
  GrantRef capacity() const { return static_cast<GrantRef>(shared_.size()); }  // grown fully
  std::uint64_t entry_pairs() const { return entry_pairs_; }
  // Time of all pCPUs in taking and releasing the table lock, contended or not.
  Duration lock_time() const { return lock_time_; }

  // Grows the table by a frame of entries, under the write lock; false at the limit.
  bool grow(Cpu& cpu);

 private:
  GrantTableHeader& header_;
  Address place_;
  RwLock lock_;
  LockOrder& order_;
  std::span<SharedEntry> shared_;
  std::span<ActivePage> active_;
  std::unique_ptr<Maptrack> maptrack_;
  GrantLedger ledger_;
  std::uint64_t entry_pairs_ = 0;
  Duration lock_time_{};
};

// Two tables for writing, in the order of their addresses, once if they are one.
void begin_write_both(Cpu& cpu, GrantTable& one, GrantTable& other);
void end_write_both(Cpu& cpu, GrantTable& one, GrantTable& other);

}  // namespace hvsim
