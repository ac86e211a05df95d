// pCPUs that go offline and come back, and where their vCPUs go.
#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

bool Scheduler::take_offline(Cpu& cpu, PcpuId target) {
  if (cpu.fetch_add(online_, ~0u) == 1) {
    cpu.fetch_add(online_, 1);
    return false;
  }
  raise(cpu, target, softirq::go_offline);
  return true;
}

void Scheduler::bring_online(Cpu& cpu, PcpuId target) {
  cpu.fetch_add(online_, 1);
  raise(cpu, target, softirq::come_online);
}

// First nobody is chosen here any more, then whoever waits goes elsewhere, and nothing of any
// vCPU stays behind.
void Scheduler::go_offline(Cpu& cpu, SchedPcpu& self) {
  self.online = false;
  schedule(cpu, self);
  leave_lazily_held(cpu, self);
  const bool interrupts = cpu.set_interrupts(false);
  self.lock.lock(cpu);
  Vcpu* before = nullptr;
  for (Vcpu* it = self.queue.first(cpu); it != nullptr;) {
    Vcpu* const next = self.queue.after(cpu, *it);
    SchedPcpu* const home = lock_other_home(cpu, self, *it);
    if (home == nullptr) {
      before = it;  // it may run nowhere else, and waits here
    } else {
      self.queue.take(cpu, before, *it);
      move_in(cpu, *home, *it, false);
      home->lock.unlock(cpu);
    }
    it = next;
  }
  self.lock.unlock(cpu);
  cpu.set_interrupts(interrupts);
}

void Scheduler::come_online(Cpu& cpu, SchedPcpu& self) {
  self.online = true;
  const bool interrupts = cpu.set_interrupts(false);
  self.lock.lock(cpu);
  cpu.store(self.words.offline, 0);
  self.lock.unlock(cpu);
  cpu.set_interrupts(interrupts);
  schedule(cpu, self);
}

// A pCPU that is online and may run it, with its lock held; null: there is none. Locks of pCPUs
// have no order, so the second one is only tried for; its holder does not wait for the first.
SchedPcpu* Scheduler::lock_other_home(Cpu& cpu, const SchedPcpu& from, const Vcpu& vcpu) {
  const auto pcpus = static_cast<std::uint32_t>(shared_.pcpus.size());
  bool any = true;
  while (any) {
    any = false;
    for (std::uint32_t i = 1; i < pcpus; ++i) {
      SchedPcpu& other = of(PcpuId{(from.id.n + i) % pcpus});
      if (!vcpu.may_run_on(other.id) || cpu.load(other.words.offline) != 0) {
        continue;
      }
      any = true;
      if (other.lock.try_lock(cpu)) {
        if (cpu.load(other.words.offline) == 0) {
          return &other;
        }
        other.lock.unlock(cpu);
      }
    }
  }
  return nullptr;
}

// The caller holds the locks of the pCPU that it comes from and of this one.
void Scheduler::move_in(Cpu& cpu, SchedPcpu& home, Vcpu& vcpu, bool woken) {
  if (cpu.load(vcpu.words.processor) != home.id.n) {
    cpu.store(vcpu.words.processor, home.id.n);
    vcpu.taken_at = cpu.now();
    ++vcpu.migrations;
  }
  policy_->insert(cpu, home, vcpu, woken);
  if (const auto target = policy_->tickle(cpu, home, vcpu)) {
    raise(cpu, *target, softirq::schedule);
  }
}

}  // namespace hvsim
