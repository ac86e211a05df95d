#include "models/hypervisor/locks/lock_waiters.hpp"

#include <algorithm>

namespace hvsim {

void LockWaiters::come(Cpu& cpu, bool to_write, const PcpuSet& holders) {
  waiters_.push_back({&cpu, to_write, cpu.id()});
  blame(waiters_.back(), holders);
}

void LockWaiters::got_it(Cpu& cpu, bool to_write) {
  std::erase_if(waiters_, [&](const Waiter& waiter) { return waiter.cpu == &cpu; });
  cpu.waits_for_nothing();
  for (Waiter& waiter : waiters_) {
    if (to_write && waiter.blamed != cpu.id()) {
      say(waiter, cpu.id());
    }
  }
}

void LockWaiters::left(PcpuId pcpu, const PcpuSet& readers) {
  for (Waiter& waiter : waiters_) {
    if (waiter.blamed == pcpu) {
      blame(waiter, waiter.to_write ? readers : PcpuSet{});
    }
  }
}

// A holder, or a writer that came before it.
void LockWaiters::blame(Waiter& waiter, const PcpuSet& holders) {
  const PcpuId self = waiter.cpu->id();
  PcpuId blamed = self;
  for (const Waiter* other = waiters_.data(); other != &waiter && blamed == self; ++other) {
    blamed = other->to_write ? other->cpu->id() : self;
  }
  holders.each([&](PcpuId holder) { blamed = blamed == self ? holder : blamed; });
  say(waiter, blamed);
}

void LockWaiters::say(Waiter& waiter, PcpuId blamed) {
  waiter.blamed = blamed;
  waiter.cpu->waits_for(lock_, blamed);
}

}  // namespace hvsim
