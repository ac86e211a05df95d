// The cross call: lock, mask, record, interrupts, poll.
#include "models/hypervisor/cross_call.hpp"

#include <bit>
#include <string>

namespace hvsim {

namespace {

std::unique_ptr<TicketSpinlock> make_call_lock(TicketWord& word, Host& host) {
  return std::make_unique<TicketSpinlock>("call_lock", word, host);
}

std::string microseconds_text(Duration d) {
  return std::to_string(d.ps / 1'000'000) + " us";
}

}  // namespace

CrossCall::CrossCall(Host& host) : CrossCall(host, make_call_lock) {}

CrossCall::CrossCall(Host& host, MakeLock make_lock)
    : used_words_((host.pcpus() + 63) / 64),
      lock_(make_lock(host.memory().make<TicketWord>("call_lock", SocketId{0}), host)),
      record_(host.memory().make<Record>("call_data", SocketId{0})) {
  host.on_interrupt(Vector::call_function, [this](Cpu& cpu) { take_call(cpu); });
}

void CrossCall::on_selected(Cpu& cpu, const DirtyMask& mask, const Function& function, bool wait,
                            Where where) {
  call(
      cpu, [&mask](Cpu& caller) { return mask.read(caller); }, function, wait, where);
}

void CrossCall::on_selected(Cpu& cpu, const PcpuSet& selected, const Function& function, bool wait,
                            Where where) {
  call(
      cpu, [&selected](Cpu&) { return selected; }, function, wait, where);
}

template <class Select>
void CrossCall::call(Cpu& cpu, Select select, const Function& function, bool wait, Where where) {
  may_call(cpu, where);
  // 1. Waits with interrupts on: the holder may be waiting for this pCPU.
  const Time began = cpu.now();
  const TicketTurn turn = lock_->lock(cpu, where);
  if (turn.ticket != served_) {
    cpu.violated("SC-F1",
                 "the call lock serves ticket " + std::to_string(turn.ticket) + " before ticket " +
                     std::to_string(served_) + ", which came first",
                 &record_.selected[0], where);
  }
  ++served_;
  // 2.
  const PcpuSet selected = select(cpu);
  store_selected(cpu, selected);
  PcpuId last = cpu.id();
  if (!selected.empty()) {
    // 3.
    send(cpu, selected, function, wait);
    // 4.
    while (!all_done(cpu, last)) {
      cpu.relax();
    }
  }
  // 5.
  lock_->unlock(cpu, where);
  const Duration took = cpu.now() - began;
  cpu.ghost_point();
  calls_ += selected.empty() ? 0 : 1;
  interrupts_ += selected.size() - (selected.has(cpu.id()) ? 1 : 0);
  time_ += took;
  if (took > bound_ * (turn.ahead + 1)) {
    cpu.violated("SC-L1",
                 "a call to " + std::to_string(selected.size()) + " pCPUs behind " +
                     std::to_string(turn.ahead) + " others took " + microseconds_text(took) +
                     ", the last to answer was pCPU " + std::to_string(last.n),
                 &record_.selected[0], where);
  }
}

// Setting interrupts to what they were costs nothing and tells how they were.
void CrossCall::may_call(Cpu& cpu, Where where) {
  const bool on = cpu.set_interrupts(true);
  if (!on) {
    cpu.violated("SC-L2",
                 "calls others with its interrupts off: one that calls it waits for it for ever",
                 &record_.selected[0], where);
  }
  cpu.ghost_point();
  for (const TicketSpinlock* lock : taken_by_functions_) {
    if (lock->held_by(cpu.id())) {
      cpu.violated("SC-L2", "calls others while it holds " + lock->name() + ", which they take",
                   &record_.selected[0], where);
    }
  }
}

void CrossCall::store_selected(Cpu& cpu, const PcpuSet& selected) {
  std::uint64_t bits[words] = {};
  selected.each([&](PcpuId p) { bits[p.n / 64] |= std::uint64_t{1} << (p.n % 64); });
  for (unsigned w = 0; w < used_words_; ++w) {
    cpu.store(record_.selected[w], bits[w]);
  }
}

// This pCPU answers on the spot.
void CrossCall::send(Cpu& cpu, const PcpuSet& selected, const Function& function, bool wait) {
  function_ = &function;
  cpu.store(record_.function, served_);
  cpu.store(record_.wait, wait ? 1 : 0);
  PcpuSet others = selected;
  others.remove(cpu.id());
  if (!others.empty()) {
    cpu.send_ipi(others, Vector::call_function);
  }
  if (selected.has(cpu.id())) {
    cpu.set_interrupts(false);
    take_call(cpu);
    cpu.set_interrupts(true);
  }
}

bool CrossCall::all_done(Cpu& cpu, PcpuId& last) {
  for (unsigned w = 0; w < used_words_; ++w) {
    const std::uint64_t left = cpu.load(record_.selected[w]);
    if (left != 0) {
      last = PcpuId{w * 64 + static_cast<unsigned>(std::countr_zero(left))};
      return false;
    }
  }
  return true;
}

void CrossCall::take_call(Cpu& cpu) {
  const unsigned n = cpu.id().n;
  Shared<std::uint64_t>& selected = record_.selected[n / 64];
  if ((cpu.load(selected) >> (n % 64) & 1) == 0) {
    return;
  }
  // Read before the bit is cleared: from then on the record may be the next call's.
  cpu.load(record_.function);
  const bool wait = cpu.load(record_.wait) != 0;
  const Function* const function = function_;
  if (wait) {
    (*function)(cpu);
    cpu.fence();
    cpu.test_and_clear_bit(selected, n % 64);
  } else {
    cpu.fence();
    cpu.test_and_clear_bit(selected, n % 64);
    (*function)(cpu);
  }
}

}  // namespace hvsim
