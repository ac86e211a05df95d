// pCPUs that have nothing to do, and how they are woken when there is work.
//
// What it is: a word a pCPU that says "asleep", and the event-check interrupt. A pCPU says that it
// sleeps, fences, looks for work once more, and halts. Whoever has published work fences, looks at
// the word, and sends the interrupt only if it is set. One of the two sees the other.
// What you must promise: work is published before wake(); `ready` looks at the published words; at
// most one Sleepers a host (it owns Vector::event_check).
// What it guarantees: no wake-up is lost; a pCPU that is awake gets no interrupt. A wake-up that
// is sent costs the sender a hypercall, as an event channel's send does.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

class Sleepers {
 public:
  explicit Sleepers(Host& host);

  void wake(Cpu& cpu, PcpuId target);
  // Sleeps until woken, unless `ready` finds work; returns how long.
  Duration sleep(Cpu& cpu, const std::function<bool(Cpu&)>& ready);

  std::uint64_t wakeups() const { return wakeups_; }

 private:
  struct Word {
    Shared<std::uint32_t> asleep;
  };
  std::vector<Word*> words_;         // by pCPU, each on a line of its own
  std::vector<std::uint8_t> woken_;  // set by the pCPU's own interrupt handler
  std::uint64_t wakeups_ = 0;
};

}  // namespace hvsim
