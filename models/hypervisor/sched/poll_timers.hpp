// The timers of one pCPU that end the sleep of vCPUs: the earliest first.
//
// What it is: plain host objects and a word in memory that stands for the heap, which every change
// loads and stores. A timer is not taken back when its vCPU is woken otherwise: it fires and finds
// that the vCPU does not wait for it any more. What you must promise: only the own pCPU calls.
#pragma once

#include <cstdint>
#include <set>

#include "sim/hw/cpu.hpp"

namespace hvsim {

class PollTimers {
 public:
  using Word = Shared<std::uint32_t>;
  struct Timer {
    Time at;
    std::uint32_t vcpu;
    std::uint32_t poll;  // which of its sleeps this ends
    auto operator<=>(const Timer&) const = default;
  };

  explicit PollTimers(Word& heap) : heap_(heap) {}

  void add(Cpu& cpu, const Timer& timer) {
    timers_.insert(timer);
    touch(cpu);
  }
  Time first() const { return timers_.empty() ? Time::never() : timers_.begin()->at; }
  // There must be one.
  Timer pop(Cpu& cpu) {
    const Timer timer = *timers_.begin();
    timers_.erase(timers_.begin());
    touch(cpu);
    return timer;
  }

 private:
  void touch(Cpu& cpu) { cpu.store(heap_, cpu.load(heap_) + 1); }

  Word& heap_;
  std::set<Timer> timers_;
};

}  // namespace hvsim
