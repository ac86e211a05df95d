// Sleeping and waking: events, block, poll, yield; and whom a woken vCPU interrupts.
#include <utility>

#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

namespace {

// A vCPU may change its pCPU, and with it the lock that guards it, until that lock is held.
class LockOfVcpu : public SchedulerLock {
 public:
  LockOfVcpu(const AllPcpus& pcpus, Vcpu& vcpu) : pcpus_(pcpus), vcpu_(vcpu) {}

  void lock(Cpu& cpu) override {
    while (true) {
      held_ = pcpus_[cpu.load(vcpu_.words.processor)].get();
      held_->lock.lock(cpu);
      if (cpu.load(vcpu_.words.processor) == held_->id.n) {
        return;
      }
      held_->lock.unlock(cpu);
    }
  }
  void unlock(Cpu& cpu) override { held_->lock.unlock(cpu); }

 private:
  const AllPcpus& pcpus_;
  Vcpu& vcpu_;
  SchedPcpu* held_ = nullptr;
};

}  // namespace

std::unique_ptr<SchedulerLock> Scheduler::lock_of(Vcpu& vcpu) {
  return std::make_unique<LockOfVcpu>(shared_.pcpus, vcpu);
}

// The locked instruction orders the event before the look at `flags`, as block() does it the other
// way round: one of the two sees the other.
void Scheduler::notify(Cpu& cpu, Vcpu& vcpu) {
  cpu.ghost_point();
  ++vcpu.notifiers;
  if (cpu.xchg(vcpu.events.pending, 1) == 0) {
    unblock(cpu, vcpu);
  }
  cpu.ghost_point();
  --vcpu.notifiers;
  check_notified(cpu, vcpu);
}

void Scheduler::unblock(Cpu& cpu, Vcpu& vcpu) {
  if ((cpu.load(vcpu.words.flags) & pause_flag::blocked) == 0 ||
      (cpu.fetch_and(vcpu.words.flags, ~pause_flag::blocked) & pause_flag::blocked) == 0) {
    return;
  }
  wake(cpu, vcpu);
}

void Scheduler::wake(Cpu& cpu, Vcpu& vcpu) {
  const bool interrupts = cpu.set_interrupts(false);
  const std::unique_ptr<SchedulerLock> lock = lock_of(vcpu);
  const Time now = vcpu.runstate.lock_and_sample(cpu, *lock);
  SchedPcpu& there = of(PcpuId{cpu.load(vcpu.words.processor)});
  const std::uint32_t flags = cpu.load(vcpu.words.flags);
  const RunState state = vcpu.runstate.state(cpu);
  if (flags == 0 && state >= RunState::blocked) {
    vcpu.runstate.change(cpu, RunState::runnable, now);
    vcpu.waits_since = now;
    ++vcpu.wakes;
    const bool slept = state == RunState::blocked;
    SchedPcpu* const home =
        cpu.load(there.words.offline) == 0 ? nullptr : lock_other_home(cpu, there, vcpu);
    move_in(cpu, home == nullptr ? there : *home, vcpu, slept);
    if (home != nullptr) {
      home->lock.unlock(cpu);
    }
  } else if ((flags & pause_flag::blocked) == 0 && state == RunState::blocked) {
    vcpu.runstate.change(cpu, RunState::offline, now);
  }
  check_woken(cpu, there, vcpu);
  lock->unlock(cpu);
  cpu.set_interrupts(interrupts);
}

void Scheduler::check_woken(Cpu& cpu, const SchedPcpu& there, const Vcpu& vcpu) const {
  cpu.ghost_point();
  if (vcpu.words.flags.peek() == 0 && !vcpu.queued && there.current != &vcpu) {
    cpu.violated("SCHED-S3",
                 vcpu.name +
                     " has been woken and may run, but neither waits in the queue of pCPU " +
                     std::to_string(there.id.n) + " nor runs there",
                 &vcpu.words);
  }
}

// At a ghost point. One that still runs is on its way into the sleep and will look.
void Scheduler::check_notified(Cpu& cpu, const Vcpu& vcpu) const {
  const bool sleeps = (vcpu.words.flags.peek() & pause_flag::blocked) != 0;
  if (sleeps && vcpu.events.pending.peek() != 0 && vcpu.notifiers == 0 &&
      !vcpu.running_on.has_value()) {
    cpu.violated("SCHED-S4", vcpu.name + " sleeps although an event is pending for it",
                 &vcpu.events);
  }
}

// An event that came before the flag was set is seen here; one that comes after it wakes.
void Scheduler::block(Cpu& cpu, Vcpu& self, Time until) {
  const std::uint32_t poll = cpu.load(self.words.poll) + 1;
  cpu.store(self.words.poll, poll);
  cpu.fetch_or(self.words.flags, pause_flag::blocked);
  if (sees_event(cpu, self)) {
    cpu.fetch_and(self.words.flags, ~pause_flag::blocked);
    return;
  }
  SchedPcpu& here = of(cpu.id());
  if (until != Time::never()) {
    here.timers.add(cpu, {until, self.id.n, poll});
  }
  raise(cpu, here.id, softirq::schedule);
}

void Scheduler::yield(Cpu& cpu, Vcpu& self) {
  self.yields = true;
  raise(cpu, cpu.id(), softirq::schedule);
}

// Several requests that come before the pCPU looks are one, and one interrupt.
void Scheduler::raise(Cpu& cpu, PcpuId target, std::uint32_t softirqs) {
  SchedPcpu& there = of(target);
  const std::uint32_t before = cpu.fetch_or(there.own.softirqs, softirqs);
  if (target == cpu.id()) {
    there.attention = true;
  } else if ((before & softirqs) != softirqs) {
    PcpuSet one;
    one.add(target);
    cpu.send_ipi(one, Vector::event_check);
  }
}

}  // namespace hvsim
