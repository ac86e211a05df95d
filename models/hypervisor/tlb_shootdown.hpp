// Dropping translations on many pCPUs and waiting until it is done.
//
// What it is: one lock, one mask of pCPUs still to flush, one interrupt, for the whole host. The
// initiator flushes itself if it is in the mask; for the others it takes the lock, publishes the
// mask, sends the interrupt and polls the mask until it is empty. Each target flushes and clears
// its own bit by a locked instruction. What you must promise: interrupts are on in flush() (two
// initiators flush each other), and at most one TlbShootdown a host (it owns Vector::tlb_flush).
// What it guarantees: when flush() returns, every pCPU of the mask has dropped the translations
// that it had when flush() was called. Source: grant-datapath sheet, B.2; xen arch/x86/smp.c of
// 2015 (flush_area_mask).
#pragma once

#include <cstdint>
#include <vector>

#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

// What to drop, for algorithms that do not drop everything.
struct FlushRange {
  Linear first = 0;
  unsigned pages = 0;
};

class TlbShootdown {
 public:
  explicit TlbShootdown(Host& host);
  virtual ~TlbShootdown() = default;

  void flush(Cpu& cpu, const PcpuSet& mask, FlushRange range = {});

  // Ghost: whether every pCPU of `mask` has flushed after `since`. Ask at a ghost point.
  bool flushed_since(const PcpuSet& mask, Time since) const;
  std::uint64_t broadcasts() const { return broadcasts_; }
  Duration broadcast_time() const { return broadcast_time_; }  // lock wait included

 protected:
  // Under the lock, before the interrupt: what else the targets must know.
  virtual void publish(Cpu&, FlushRange) {}
  // Drops translations on this pCPU. `own`: what it asked for itself; null: it is a target.
  virtual void drop(Cpu& cpu, const FlushRange* own);
  virtual void wait_until_done(Cpu& cpu);

 private:
  static constexpr unsigned words = max_pcpus / 64;
  struct Words {
    Shared<std::uint64_t> pending[words];
  };

  void take_interrupt(Cpu& cpu);
  void flush_self(Cpu& cpu, const FlushRange* own);
  bool all_done(Cpu& cpu);

  unsigned used_words_;
  TicketSpinlock lock_;
  Words& words_;
  std::vector<Time> flushed_at_;  // ghost, by pCPU
  std::uint64_t broadcasts_ = 0;
  Duration broadcast_time_{};
};

}  // namespace hvsim
