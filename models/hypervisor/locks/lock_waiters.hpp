// Who waits for a lock, and who is in the way: what the dump of a deadlock goes by.
//
// Kept up to date at the lock's ghost points, so that a dump never names somebody who has long
// left: a circle that it shows is one.
#pragma once

#include <string>
#include <vector>

#include "sim/hw/cpu.hpp"
#include "sim/hw/pcpu_set.hpp"

namespace hvsim {

class LockWaiters {
 public:
  explicit LockWaiters(const std::string& lock) : lock_(lock) {}

  // `cpu` asks for the lock; `holders` are in, and in its way.
  void come(Cpu& cpu, bool to_write, const PcpuSet& holders);
  // It has got it. Whoever still waits now waits for it, if it writes.
  void got_it(Cpu& cpu, bool to_write);
  // It is on its way out; no writer is in now, but `readers` are.
  void left(PcpuId pcpu, const PcpuSet& readers);

 private:
  struct Waiter {
    Cpu* cpu;
    bool to_write;
    PcpuId blamed;  // itself: nobody known
  };

  void blame(Waiter& waiter, const PcpuSet& holders);
  void say(Waiter& waiter, PcpuId blamed);

  std::string lock_;
  std::vector<Waiter> waiters_;  // in the order they came
};

}  // namespace hvsim
