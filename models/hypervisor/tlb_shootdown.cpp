// The TLB flush broadcast: lock, mask, interrupt, poll.
#include "models/hypervisor/tlb_shootdown.hpp"

#include <algorithm>

namespace hvsim {

TlbShootdown::TlbShootdown(Host& host)
    : used_words_((host.pcpus() + 63) / 64),
      lock_("flush_lock", host.memory().make<TicketWord>("flush_lock", SocketId{0}), host),
      words_(host.memory().make<Words>("flush_cpumask", SocketId{0})),
      flushed_at_(host.pcpus(), Time{-1}) {
  host.on_interrupt(Vector::tlb_flush, [this](Cpu& cpu) { take_interrupt(cpu); });
}

void TlbShootdown::flush(Cpu& cpu, const PcpuSet& mask, FlushRange range) {
  PcpuSet others = mask;
  if (mask.has(cpu.id())) {
    flush_self(cpu, &range);
    others.remove(cpu.id());
  }
  if (others.empty()) {
    return;
  }
  const Time began = cpu.now();
  lock_.lock(cpu);  // waits with interrupts on: the holder may be waiting for this pCPU's flush
  std::uint64_t bits[words] = {};
  others.each([&](PcpuId p) { bits[p.n / 64] |= std::uint64_t{1} << (p.n % 64); });
  for (unsigned w = 0; w < used_words_; ++w) {
    cpu.store(words_.pending[w], bits[w]);
  }
  publish(cpu, range);
  cpu.send_ipi(others, Vector::tlb_flush);
  wait_until_done(cpu);
  lock_.unlock(cpu);
  const Duration took = cpu.now() - began;
  cpu.ghost_point();
  ++broadcasts_;
  broadcast_time_ += took;
}

void TlbShootdown::wait_until_done(Cpu& cpu) {
  while (!all_done(cpu)) {
    cpu.relax();
  }
}

void TlbShootdown::drop(Cpu& cpu, const FlushRange*) {
  cpu.flush_tlb();
}

bool TlbShootdown::all_done(Cpu& cpu) {
  for (unsigned w = 0; w < used_words_; ++w) {
    if (cpu.load(words_.pending[w]) != 0) {
      return false;
    }
  }
  return true;
}

void TlbShootdown::take_interrupt(Cpu& cpu) {
  flush_self(cpu, nullptr);
  const unsigned n = cpu.id().n;
  cpu.test_and_clear_bit(words_.pending[n / 64], n % 64);
}

void TlbShootdown::flush_self(Cpu& cpu, const FlushRange* own) {
  drop(cpu, own);
  const Time now = cpu.now();
  cpu.ghost_point();  // an interrupt taken here may flush once more, later
  Time& flushed = flushed_at_[cpu.id().n];
  flushed = std::max(flushed, now);
}

bool TlbShootdown::flushed_since(const PcpuSet& mask, Time since) const {
  bool all = true;
  mask.each([&](PcpuId p) { all = all && flushed_at_[p.n] > since; });
  return all;
}

}  // namespace hvsim
