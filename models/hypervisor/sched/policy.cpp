// What the schedulers have in common: queues, idle pCPUs, and taking vCPUs from one another.
#include "models/hypervisor/sched/policy.hpp"

namespace hvsim {

void SchedulerPolicy::insert(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu, bool) {
  here.queue.push_back(cpu, vcpu);
}

std::optional<PcpuId> SchedulerPolicy::tickle(Cpu& cpu, SchedPcpu& here, Vcpu&) {
  return cpu.load(here.words.current) == 0 ? std::optional(here.id) : std::nullopt;
}

// The fence is between the queue, which has the vCPU by now, and the look at who is idle. One that
// becomes idle says so by a locked instruction before it looks at the queues. So a vCPU is not
// left waiting while a pCPU goes idle.
std::optional<PcpuId> SchedulerPolicy::claim_idle(Cpu& cpu, const SchedPcpu& here,
                                                  const Vcpu& vcpu) {
  cpu.fence();
  return shared_.idlers.claim(cpu, here.id, vcpu.affinity());
}

bool SchedulerPolicy::may_steal(Cpu& cpu, const Vcpu& vcpu, const SchedPcpu& here) const {
  return vcpu.may_run_on(here.id) && cpu.load(vcpu.words.is_running) == 0;
}

Vcpu* SchedulerPolicy::pop_or_steal(Cpu& cpu, SchedPcpu& here) {
  Vcpu* next = here.queue.pop(cpu);
  if (next == nullptr) {
    shared_.idlers.set(cpu, true);
    next = steal(cpu, here, 0);
  }
  if (next != nullptr) {
    shared_.idlers.set(cpu, false);
  }
  return next;
}

// The neighbours in the order of their numbers, going round. A queue that is empty, or whose lock
// is held, is passed over.
Vcpu* SchedulerPolicy::steal(Cpu& cpu, SchedPcpu& here, std::uint32_t least_priority) {
  const auto pcpus = static_cast<std::uint32_t>(shared_.pcpus.size());
  for (std::uint32_t i = 1; i < pcpus; ++i) {
    SchedPcpu& peer = *shared_.pcpus[(here.id.n + i) % pcpus];
    if (peer.queue.length(cpu) == 0 || !peer.lock.try_lock(cpu)) {
      continue;
    }
    Vcpu* const taken = steal_from(cpu, peer, here, least_priority);
    peer.lock.unlock(cpu);
    if (taken != nullptr) {
      return taken;
    }
  }
  return nullptr;
}

Vcpu* SchedulerPolicy::steal_from(Cpu& cpu, SchedPcpu& peer, SchedPcpu& here,
                                  std::uint32_t least_priority) {
  Vcpu* before = nullptr;
  for (Vcpu* it = peer.queue.first(cpu); it != nullptr; it = peer.queue.after(cpu, *it)) {
    if ((least_priority == 0 || cpu.load(it->words.priority) >= least_priority) &&
        may_steal(cpu, *it, here)) {
      peer.queue.take(cpu, before, *it);
      cpu.store(it->words.processor, here.id.n);
      it->taken_at = cpu.now();
      ++it->migrations;
      return it;
    }
    before = it;
  }
  return nullptr;
}

}  // namespace hvsim
