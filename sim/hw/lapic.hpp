// The local interrupt controller of one pCPU: which interrupts have been sent to it, and for when.
//
// An interrupt that is pending and comes again before it is taken is taken once, as on hardware.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

class Lapic {
 public:
  void deliver(Vector vector, Time at) {
    const auto later = std::find_if(pending_.begin(), pending_.end(),
                                    [&](const Pending& p) { return p.at > at; });
    pending_.insert(later, {vector, at});
  }
  // When the first one is due.
  Time next() const { return pending_.empty() ? Time::never() : pending_.front().at; }
  // Takes the first one, with whatever else of its vector is due at `now`. One must be due.
  Vector take(Time now) {
    const Vector vector = pending_.front().vector;
    std::erase_if(pending_, [&](const Pending& p) { return p.vector == vector && p.at <= now; });
    return vector;
  }

 private:
  struct Pending {
    Vector vector;
    Time at;
  };
  std::vector<Pending> pending_;  // by time, equal ones by arrival of the message
};

}  // namespace hvsim
