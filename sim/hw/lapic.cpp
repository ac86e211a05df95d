#include "sim/hw/lapic.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace hvsim {

unsigned number_of(Vector vector) {
  switch (vector) {
    case Vector::tlb_flush:
      return 0xfd;
    case Vector::event_check:
      return 0xfc;
    case Vector::call_function:
      return 0xfb;
    case Vector::timer:
      return 0xfa;
  }
  fail_check("a vector with a number", Where::here());
}

void Lapic::deliver(Vector vector, Time at) {
  pending_.push_back({vector, at});
  find_next();
}

void Lapic::set_timer(Time at, Time now) {
  fire_timer(now);
  timer_ = at;
  find_next();
}

void Lapic::fire_timer(Time now) {
  if (timer_ <= now) {
    pending_.push_back({Vector::timer, timer_});
    timer_ = Time::never();
  }
}

Vector Lapic::take(Time now) {
  fire_timer(now);
  const auto urgency = [&](const Pending& p) {
    return p.at <= now && may_be_taken(p.vector) ? number_of(p.vector) : 0;
  };
  const auto first = std::max_element(
      pending_.begin(), pending_.end(),
      [&](const Pending& a, const Pending& b) { return urgency(a) < urgency(b); });
  check(first != pending_.end() && urgency(*first) > 0, "an interrupt is due");
  const Vector vector = first->vector;
  std::erase_if(pending_, [&](const Pending& p) { return p.vector == vector && p.at <= now; });
  in_service_[static_cast<unsigned>(vector)] = true;
  find_next();
  return vector;
}

void Lapic::end_of_interrupt() {
  unsigned most = vectors;
  for (unsigned v = 0; v < vectors; ++v) {
    const bool higher = most == vectors || number_of(Vector{static_cast<std::uint8_t>(v)}) >
                                               number_of(Vector{static_cast<std::uint8_t>(most)});
    most = in_service_[v] && higher ? v : most;
  }
  if (most != vectors) {
    returned(static_cast<Vector>(most));
  }
}

void Lapic::returned(Vector vector) {
  in_service_[static_cast<unsigned>(vector)] = false;
  find_next();
}

bool Lapic::may_be_taken(Vector vector) const {
  for (unsigned v = 0; v < vectors; ++v) {
    if (in_service_[v] && number_of(static_cast<Vector>(v)) / 16 >= number_of(vector) / 16) {
      return false;
    }
  }
  return true;
}

void Lapic::find_next() {
  next_ = may_be_taken(Vector::timer) ? timer_ : Time::never();
  for (const Pending& p : pending_) {
    if (may_be_taken(p.vector)) {
      next_ = std::min(next_, p.at);
    }
  }
}

}  // namespace hvsim
