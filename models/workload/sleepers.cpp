// Going to sleep and being woken, without a lost wake-up.
#include "models/workload/sleepers.hpp"

#include <string>

namespace hvsim {

Sleepers::Sleepers(Host& host) : woken_(host.pcpus(), 0) {
  for (unsigned p = 0; p < host.pcpus(); ++p) {
    words_.push_back(
        &host.memory().make<Word>("asleep[" + std::to_string(p) + "]", host.socket_of(PcpuId{p})));
  }
  host.on_interrupt(Vector::event_check, [this](Cpu& cpu) { woken_[cpu.id().n] = 1; });
}

void Sleepers::wake(Cpu& cpu, PcpuId target) {
  if (target == cpu.id()) {
    return;
  }
  Shared<std::uint32_t>& asleep = words_[target.n]->asleep;
  cpu.fence();
  if (cpu.load(asleep) == 0 || cpu.xchg(asleep, 0) == 0) {
    return;
  }
  cpu.hypercall();
  PcpuSet one;
  one.add(target);
  cpu.send_ipi(one, Vector::event_check);
  ++wakeups_;
}

Duration Sleepers::sleep(Cpu& cpu, const std::function<bool(Cpu&)>& ready) {
  const Time since = cpu.now();
  Shared<std::uint32_t>& asleep = words_[cpu.id().n]->asleep;
  woken_[cpu.id().n] = 0;
  cpu.store(asleep, 1);
  cpu.fence();
  if (ready(cpu)) {
    cpu.store(asleep, 0);
    return {};
  }
  // A halt also ends after other interrupts (TLB flushes); this pCPU then sleeps on.
  while (woken_[cpu.id().n] == 0) {
    cpu.halt(Time::never());
  }
  return cpu.now() - since;
}

}  // namespace hvsim
