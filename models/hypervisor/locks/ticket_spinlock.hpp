// Xen's ticket spinlock: a word that says who is served and who comes next.
//
// Two forms. The functions work on a bare word inside a larger lock (the wait queue of the fair
// reader-writer lock). `TicketSpinlock` is a lock of its own, with a name, ghost state and
// statistics.
// What you must promise: fewer than 65536 pCPUs wait; whoever took it releases it, and does not
// take it twice. What it guarantees: one holder at a time, first come first served. Source:
// grant-rwlock sheet, B2 and B3 (the active entry's lock).
#pragma once

#include <cstdint>
#include <string>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

using TicketWord = Shared<std::uint32_t>;  // next << 16 | serving

// The number that the locked add drew, and how many had one and were not done.
struct TicketTurn {
  std::uint16_t ticket = 0;
  std::uint16_t ahead = 0;
};

// Takes it; it had to wait if somebody was ahead.
TicketTurn ticket_lock(Cpu& cpu, TicketWord& word);
// Only if nobody has to wait for it.
bool ticket_try_lock(Cpu& cpu, TicketWord& word);
void ticket_unlock(Cpu& cpu, TicketWord& word);

class TicketSpinlock {
 public:
  // `word` must outlive the lock. Locks of one name share a row of statistics, e.g.
  // "active_entry".
  TicketSpinlock(const std::string& name, TicketWord& word, Host& host);
  virtual ~TicketSpinlock() = default;

  // Taking it twice or releasing what another holds ends the run with a finding ("spinlock"); so
  // does a second holder.
  TicketTurn lock(Cpu& cpu, Where where = Where::here());
  // Takes it if it is free, and says whether it was.
  bool try_lock(Cpu& cpu, Where where = Where::here());
  void unlock(Cpu& cpu, Where where = Where::here());

  // Ghost: whether this pCPU holds it now.
  bool held_by(PcpuId pcpu) const { return held_ && holder_ == pcpu; }
  bool held() const { return held_; }
  const std::string& name() const { return name_; }

 protected:
  // Draws a number and waits for it, and calls the next one; a broken twin does otherwise.
  virtual TicketTurn take(Cpu& cpu, TicketWord& word) { return ticket_lock(cpu, word); }
  virtual void give(Cpu& cpu, TicketWord& word) { ticket_unlock(cpu, word); }

 private:
  void taken(Cpu& cpu, bool contended, Time asked, Where where);

  std::string name_;
  TicketWord& word_;
  LockStat& stat_;
  bool held_ = false;  // ghost
  PcpuId holder_{};
  Time since_{};
};

}  // namespace hvsim
