#include "sim/hw/sim_cpu.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/hw/finding.hpp"

namespace hvsim {

SimCpu::SimCpu(PcpuId id, CoreId core, Rank rank, Hardware& hardware)
    : Cpu(id),
      hw_(hardware),
      prices_(hardware.spec.prices),
      core_(core),
      rank_(rank),
      tlb_(hardware.spec.tlb_sets.value, hardware.spec.tlb_ways.value),
      stores_(hardware.spec.store_buffer_entries.value, hardware.fault) {
  access_.core = commit_.core = core;
  take_turns(rank, commit_, access_);
  commit_.own = true;
}

void SimCpu::runs_on(StrandId strand) {
  check(!has_strand_, "one worker a pCPU");
  strand_ = access_.strand = commit_.strand = strand;
  has_strand_ = true;
}

void SimCpu::live(const std::function<void(Cpu&)>& worker) {
  worker(*this);
  wait_for_others();
}

// A pCPU whose worker has returned is idle, but takes interrupts: others may wait for it. It ends
// when every worker has returned and its own stores, a handler's among them, are out.
void SimCpu::wait_for_others() {
  settle();
  drain();
  act_now();
  if (--hw_.working == 0) {
    hw_.finished = t_;
    for (const auto& cpu : hw_.cpus) {
      if (cpu->has_strand_ && cpu.get() != this) {
        hw_.engine.unpark(cpu->strand_, t_);
      }
    }
  }
  while (hw_.working > 0 || !stores_.empty()) {
    park_until(std::max(t_, due_));
    if (hw_.engine.now() > t_) {
      spend(Cause::idle, hw_.engine.now() - t_);
    }
    settle();  // the last worker may return while a handler runs here
  }
}

// A commit that is due sooner than lookahead after t breaks the word that quiet_until gives.
void SimCpu::quiet_until(Time t) {
  if (t != Time::never() && commit_.next < t + prices_.l3_request.value) {
    hw_.engine.park_until(t);
  } else {
    hw_.engine.quiet_until(t);
  }
  find_due();
}

// Where a verb's time has come, and the noise, if there is one, lets it begin.
void SimCpu::settle_for_verb() {
  settle();
  if (hw_.noise == nullptr) {
    return;
  }
  act_now();
  for (Time from = hw_.noise->verb(id(), t_); from > t_; from = hw_.noise->verb(id(), t_)) {
    sleep(from, Cause::idle, false);
    act_now();
  }
}

// Does what is due at or before t_, and waits until t_ may be used.
void SimCpu::settle() {
  catch_up();
  while (interrupt_due()) {
    take_one_interrupt();
    catch_up();
  }
}

// The same but for interrupts, which wait until a verb is over.
void SimCpu::catch_up() {
  while (true) {
    stay_within_limits();
    find_due();
    if (commit_.next <= t_) {
      park_until(commit_.next);
      if (commit_.next <= hw_.engine.now()) {
        step_commit(hw_.engine.now());
      }
    } else if (t_ >= hw_.engine.quiet_limit() && hw_.engine.now() != t_) {
      quiet_until(t_);
    } else {
      return;
    }
  }
}

// Here and not at each verb: no pCPU runs for long without coming here. The engine's instant only
// counts while somebody works: the last worker returns at or after it. What slips through is found
// when the run is over, so that the answer is the same whenever one looks.
void SimCpu::stay_within_limits() {
  hw_.verbs += verbs_ - verbs_told_;
  verbs_told_ = verbs_;
  if (hw_.verbs > hw_.limits.verbs) {
    throw LimitReached(RunLimit::verbs, hw_.limits.verbs);
  }
  if (hw_.engine.now() > Time{} + hw_.limits.simulated_time && hw_.working > 0) {
    throw LimitReached(RunLimit::simulated_time,
                       static_cast<std::uint64_t>(hw_.limits.simulated_time.ps));
  }
}

// Becomes the one that acts at t_. What comes next may be seen by others. Never waits quietly on
// the way, for then others could be past t_; takes no interrupt, for a verb is not over.
void SimCpu::act_now() {
  do {
    park_until(std::min(t_, commit_.next));
    if (commit_.next <= hw_.engine.now()) {
      step_commit(hw_.engine.now());
    }
  } while (hw_.engine.now() != t_ || commit_.next <= t_);
}

// Lets time pass until `until`, doing what becomes due; with `until_interrupt`, ends after one.
// Interrupts do not count as time that has passed. Returns the instant that it came to before one
// ended it.
Time SimCpu::sleep(Time until, Cause cause, bool until_interrupt) {
  while (true) {
    const Time before = t_;
    const std::uint64_t taken = interrupts_taken_;
    settle();
    if (taken != interrupts_taken_) {
      if (until_interrupt) {
        return before;
      }
      until += t_ - before;
    }
    if (t_ >= until) {
      return t_;
    }
    if (until < hw_.engine.quiet_limit() && until < due_) {
      spend(cause, until - t_);
      return t_;
    }
    const Time wake = std::min(until, due_);
    if (wake == commit_.next) {
      park_until(wake);
    } else {
      quiet_until(wake);
    }
    spend(cause, hw_.engine.now() - t_);
  }
}

void SimCpu::compute(Duration length) {
  begin(last_place_);
  not_only_a_load();
  sleep(t_ + length, Cause::compute, false);
}

Duration SimCpu::compute_until_interrupt(Duration length) {
  const std::uint64_t taken = interrupts_taken_;
  begin(last_place_);
  not_only_a_load();
  if (interrupts_taken_ != taken) {
    return length;
  }
  const Time until = t_ + length;
  return until - sleep(until, Cause::compute, true);
}

// One that came in just before, and was taken on the way in, has ended the halt already (sti;
// hlt).
void SimCpu::halt(Time until) {
  check(interrupts_on_, "a halt with interrupts off would never end");
  const std::uint64_t taken = interrupts_taken_;
  begin(last_place_);
  not_only_a_load();
  if (interrupts_taken_ == taken) {
    sleep(until, Cause::idle, true);
  }
}

void SimCpu::hypercall() {
  begin(last_place_);
  not_only_a_load();
  spend(Cause::hypercall, prices_.hypercall.value);
}

void SimCpu::syscall() {
  begin(last_place_);
  not_only_a_load();
  spend(Cause::hypercall, prices_.syscall.value);
}

void SimCpu::sysret() {
  begin(last_place_);
  not_only_a_load();
  spend(Cause::hypercall, prices_.sysret.value);
}

void SimCpu::switch_registers() {
  begin(last_place_);
  not_only_a_load();
  spend(Cause::hypercall, prices_.context_switch.value);
}

// Earlier stores are visible before the first request leaves, as Xen's fence before the ICR makes
// sure of.
void SimCpu::send_ipi(const PcpuSet& targets, Vector vector, Where where) {
  begin(where);
  not_only_a_load();
  drain();
  const Duration sending = prices_.ipi_send.value + apic_access() * 2;  // is it idle; to whom
  targets.each([&](PcpuId target) {
    if (target == id()) {
      return;
    }
    spend(Cause::ipi, std::max(sending, prices_.l3_request.value));
    act_now();
    record(Verb::ipi, t_, target.n, static_cast<std::uint64_t>(vector), where);
    ++hw_.coherence.traffic().ipis;
    const Duration late = hw_.noise == nullptr ? Duration{} : hw_.noise->interrupt(target, t_);
    hw_.cpus[target.n]->deliver(vector, t_ + prices_.ipi_delivery.value + late);
  });
}

void SimCpu::deliver(Vector vector, Time at) {
  check(has_strand_, "an interrupt goes to a pCPU that runs");
  if (hw_.working == 0) {
    return;  // from a handler, after the end: there is nobody left to take it
  }
  lapic_.deliver(vector, at);
  hw_.engine.unpark(strand_, at);
}

void SimCpu::take_one_interrupt() {
  const Vector vector = lapic_.take(t_);
  record(Verb::interrupt, t_, 0, static_cast<std::uint64_t>(vector), last_place_);
  const auto& handler = hw_.handlers[static_cast<unsigned>(vector)];
  check(handler != nullptr, "a vector that is sent has a handler");
  ++interrupts_taken_;
  interrupts_on_ = false;
  const Where interrupted = last_place_;
  handler(*this);
  last_place_ = interrupted;
  lapic_.returned(vector);
  // An IPI's delivery is the time to the handler's first instruction, so this is paid behind it.
  spend(Cause::interrupt, prices_.interrupt.value + apic_access());
  interrupts_on_ = true;
  not_only_a_load();
  find_due();
}

// What an access to a register of the LAPIC costs more than a model-specific register would.
Duration SimCpu::apic_access() const {
  return hw_.spec.apic == ApicMode::xapic ? prices_.xapic_access.value : Duration{};
}

void SimCpu::set_timer(Time at) {
  begin(last_place_);
  not_only_a_load();
  record(Verb::set_timer, t_, 0, static_cast<std::uint64_t>(at.ps), last_place_);
  spend(Cause::interrupt, prices_.timer_set.value);
  lapic_.set_timer(at, t_);
  find_due();
}

void SimCpu::end_of_interrupt() {
  lapic_.end_of_interrupt();
  find_due();
}

bool SimCpu::set_interrupts(bool on) {
  const bool before = interrupts_on_;
  interrupts_on_ = on;
  find_due();
  return before;
}

void SimCpu::ghost_point() {
  if (hw_.over) {
    return;
  }
  settle();
  act_now();
  hw_.quiet_writes.hide(t_, rank_);
  if (hw_.quiet_writes.hiding()) {
    due_ = t_;  // so that the next verb shows them again before it does anything
  }
}

void SimCpu::progress() {
  hw_.engine.progress(t_);
  if (hw_.history != nullptr) {
    hw_.history->progress(id(), t_);
  }
}

void SimCpu::waits_for(const std::string& what, PcpuId holder) {
  waiting_for_ = what;
  holder_ = holder;
}

void SimCpu::violated(const std::string& rule, const std::string& what, const void* word,
                      Where where) {
  const LineId line = line_of(hw_.memory.address_of(word));
  Finding finding{rule, what, t_, id(), where.text(), last_verbs_on(hw_, line), line};
  throw RuleViolated(std::move(finding));
}

}  // namespace hvsim
