// The guest-to-machine table of one HVM domain, and the lock that guards it.
//
// What it is: four levels of words in memory; the three upper ones are one line each on the way to
// a leaf, as a walk touches them. The lock is followed by the root on the same line.
// What you must promise: entries are set up before the run by place(), or during it by set().
// What it guarantees: get_page() looks up and takes the page reference under one read section, so
// the frame cannot be replaced in between; set() changes an entry under the write lock and, if it
// was present, flushes the domain's pCPUs.
// Source: grant-rwlock sheet, B5 step 5 and C (class "p2m"); xen 66ea5ed478.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/lock_order.hpp"
#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/page_info.hpp"

namespace hvsim {

enum class P2mType : std::uint8_t { none, ram, paged_out, grant_map };

struct P2mEntry {
  P2mType type = P2mType::none;
  Mfn mfn{};
};

class P2m {
 public:
  P2m(Host& host, const std::string& name, DomainId owner, unsigned frames,
      RwLockAlgorithm& algorithm, LockOrder& order, FrameTable& frame_table);

  // Before the run.
  void place(Gfn gfn, P2mEntry entry);

  enum class Outcome : std::uint8_t { found, bad, try_again };
  struct Found {
    Outcome outcome = Outcome::bad;
    Mfn mfn{};
  };
  // Looks up a RAM page and takes a reference on it; `bad`: no such page or not the domain's;
  // `try_again`: paged out.
  Found get_page(Cpu& cpu, Gfn gfn);
  // Replaces an entry; returns the one from before. The caller flushes if that was present.
  P2mEntry set(Cpu& cpu, Gfn gfn, P2mEntry entry);

  RwLock& lock() { return lock_; }
  std::size_t frames() const { return l1_.size(); }
  // Time of all pCPUs in taking and releasing the lock for look-ups, contended or not.
  Duration lock_time() const { return lock_time_; }

 private:
  struct Header {
    RwLockWords lock;
    Shared<std::uint64_t> root;
  };
  static std::uint64_t pack(P2mEntry entry);
  static P2mEntry unpack(std::uint64_t bits);
  Shared<std::uint64_t>& walk(Cpu& cpu, Gfn gfn);
  void enter(Cpu& cpu);
  void leave(Cpu& cpu);

  DomainId owner_;
  Header& header_;
  RwLock lock_;
  LockOrder& order_;
  FrameTable& frame_table_;
  std::span<Shared<std::uint64_t>> l3_;  // one word a 2^18 leaves
  std::span<Shared<std::uint64_t>> l2_;  // one word a 2^9 leaves
  std::span<Shared<std::uint64_t>> l1_;
  Duration lock_time_{};
};

}  // namespace hvsim
