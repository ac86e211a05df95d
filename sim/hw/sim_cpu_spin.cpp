// relax(): a turn of a wait loop, `while (cpu.load(x) != want) cpu.relax();`
//
// A waiting pCPU that loads one line it can read, over and over, sees nothing new until the line
// is taken from it. So it sleeps, and wakes at the very instant at which the first load that
// misses would have started: loads and pauses have fixed lengths, so that instant is arithmetic.
// Clock, digest, counts and log come out as polling would have left them. An interrupt ends the
// sleep at the first instant between two verbs at which polling would have taken it.
#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {

void SimCpu::relax(Where where) {
  take_turn(where, false);
}

bool SimCpu::take_turn(Where where, bool until_interrupt) {
  const std::uint64_t taken = interrupts_taken_;
  begin(where);
  if (until_interrupt && interrupts_taken_ != taken) {
    return false;
  }
  if (may_sleep_spinning()) {
    if (!sleep_spinning(until_interrupt)) {
      return false;
    }
  } else {
    spend(Cause::spin, prices_.pause.value);
  }
  spin_.loads = 0;
  return true;
}

// One load since the last turn, a hit in L1 that would hit again, and nothing of its own under
// way. A sibling thread could push the line out of L1 or write to it there, so not with one.
bool SimCpu::may_sleep_spinning() const {
  return !hw_.poll_while_spinning && hw_.spec.threads_per_core == 1 && spin_.loads == 1 &&
         spin_.hit && stores_.empty() && hw_.coherence.in_l1(core_, line_of(spin_.address));
}

// Pauses start at since, since + turn, ...; loads a pause later. The first load start not before
// t.
Time SimCpu::first_load_from(Time t) const {
  const Duration turn = prices_.pause.value + prices_.l1_hit.value;
  const Time first = spin_.since + prices_.pause.value;
  if (t <= first) {
    return first;
  }
  const std::int64_t turns = (t - first + turn - picoseconds(1)) / turn;
  return first + turn * turns;
}

bool SimCpu::sleep_spinning(bool until_interrupt) {
  const Duration turn = prices_.pause.value + prices_.l1_hit.value;
  spin_.parked = true;
  spin_.since = t_;
  spin_.lost = Time::never();
  hw_.coherence.watch(core_, line_of(spin_.address));
  Time interrupt = Time::never();
  while (spin_.lost == Time::never() && interrupt == Time::never()) {
    park_until(std::max(t_, due_));
    if (interrupts_on_ && lapic_.next() <= hw_.engine.now()) {
      interrupt = lapic_.next();
    }
  }
  spin_.parked = false;
  // An interrupt is taken before a load or before a pause, whichever comes first.
  Time before_load = Time::never();
  Time before_pause = Time::never();
  if (interrupt != Time::never()) {
    before_load = first_load_from(interrupt);
    before_pause = first_load_from(interrupt + prices_.pause.value) - prices_.pause.value;
  }
  if (before_pause < before_load && before_pause < spin_.lost) {
    poll_in_sleep((before_pause - spin_.since) / turn);
    t_ = before_pause;
    settle();
    if (until_interrupt) {
      return false;
    }
    spend(Cause::spin, prices_.pause.value);
    return true;
  }
  const Time wake = std::min(before_load, spin_.lost);
  poll_in_sleep((wake - spin_.since) / turn);
  accounting_.spend(Cause::spin, prices_.pause.value);
  t_ = wake;
  return true;
}

// Accounts for that many loads that hit, each with the pause before it.
void SimCpu::poll_in_sleep(std::int64_t times) {
  const Duration turn = prices_.pause.value + prices_.l1_hit.value;
  Time at = spin_.since + prices_.pause.value;
  for (std::int64_t i = 0; i < times; ++i, at += turn) {
    mix(Verb::load, at, spin_.address, spin_.value);
  }
  if (times > 0) {
    hw_.coherence.probe(core_, line_of(spin_.address), false);  // a use, if it is still here
    log_.again(at - turn, static_cast<std::uint64_t>(times));
  }
  accounting_.spend(Cause::l1, prices_.l1_hit.value * times);
  accounting_.spend(Cause::spin, prices_.pause.value * times);
}

// The acting pCPU took the line at `at`. A load of ours that starts at that very instant was
// before it if our rank is smaller.
void SimCpu::line_lost(LineId line, Time at) {
  if (!spin_.parked || line_of(spin_.address) != line) {
    return;
  }
  Time wake = first_load_from(at);
  const Duration turn = prices_.pause.value + prices_.l1_hit.value;
  if (wake == at && rank_ < hw_.ranks[hw_.engine.self().n]) {
    wake += turn;
  }
  spin_.lost = wake;
  hw_.engine.unpark(strand_, wake);
}

}  // namespace hvsim
