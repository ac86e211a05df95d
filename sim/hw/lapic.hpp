// The local interrupt controller of one pCPU: which interrupts it has been sent, and for when; its
// timer; and which of them it is handling.
//
// As on hardware, an interrupt that is pending and comes again before it is taken is taken once;
// of those that are due, the one of the highest vector is taken first; and while one is handled,
// up to its end-of-interrupt, only vectors of a higher class (number / 16) may come in between,
// if the handler lets interrupts in at all. The numbers are Xen's: all of one class.
#pragma once

#include <array>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

// What the hardware calls a vector: the higher, the sooner it is taken.
unsigned number_of(Vector vector);

class Lapic {
 public:
  void deliver(Vector vector, Time at);
  // When the timer fires, once. Time::never(): not. One that has fired by `now` stays pending.
  void set_timer(Time at, Time now);
  // When the first one that may be taken is due.
  Time next() const { return next_; }
  // Takes the most urgent of those due at `now`, with whatever else of its vector is due, and
  // begins to handle it. One must be due.
  Vector take(Time now);
  // Ends the handling of the most urgent one that is being handled, if there is one.
  void end_of_interrupt();
  // The handler of `vector` has returned: it is no longer being handled.
  void returned(Vector vector);

 private:
  struct Pending {
    Vector vector;
    Time at;
  };
  void fire_timer(Time now);
  bool may_be_taken(Vector vector) const;
  void find_next();

  std::vector<Pending> pending_;
  Time timer_ = Time::never();
  Time next_ = Time::never();
  std::array<bool, vectors> in_service_{};
};

}  // namespace hvsim
