#include "models/hypervisor/sched/run_queue.hpp"

namespace hvsim {

void RunQueue::insert(Cpu& cpu, Vcpu& vcpu) {
  const std::uint32_t priority = cpu.load(vcpu.words.priority);
  Vcpu* before = nullptr;
  Vcpu* next = first(cpu);
  while (next != nullptr && cpu.load(next->words.priority) >= priority) {
    before = next;
    next = after(cpu, *next);
  }
  link(cpu, before, vcpu, next == nullptr ? 0 : next->id.n);
}

void RunQueue::push_back(Cpu& cpu, Vcpu& it) {
  link(cpu, vcpu(cpu.load(words_.tail)), it, 0);
}

void RunQueue::link(Cpu& cpu, Vcpu* before, Vcpu& it, std::uint32_t next) {
  it.queued = true;
  cpu.store(it.words.next, next);
  cpu.store(before == nullptr ? words_.head : before->words.next, it.id.n);
  if (next == 0) {
    cpu.store(words_.tail, it.id.n);
  }
  cpu.store(words_.length, cpu.load(words_.length) + 1);
}

void RunQueue::take(Cpu& cpu, Vcpu* before, Vcpu& it) {
  it.queued = false;
  const std::uint32_t next = cpu.load(it.words.next);
  cpu.store(before == nullptr ? words_.head : before->words.next, next);
  if (next == 0) {
    cpu.store(words_.tail, before == nullptr ? 0 : before->id.n);
  }
  cpu.store(words_.length, cpu.load(words_.length) - 1);
}

Vcpu* RunQueue::pop(Cpu& cpu) {
  Vcpu* const it = first(cpu);
  if (it != nullptr) {
    take(cpu, nullptr, *it);
  }
  return it;
}

}  // namespace hvsim
