#include "scenarios/run/litmus_turns.hpp"

namespace hvsim {
namespace {

// Longer than the slowest access, under any load, by orders of magnitude; costs nothing.
constexpr Duration slot_length = milliseconds(1);
constexpr Duration until_choice = picoseconds(1);

}  // namespace

Time LitmusTurns::ask(const LitmusAgent& agent, Time now) {
  if (now >= slot_ + slot_length) {
    slot_ = slot_ + slot_length * ((now - slot_) / slot_length);
    asking_.clear();
    stage_ = Stage::asking;
  }
  const Time choice = slot_ + until_choice;
  if (now < choice) {
    asking_.push_back(agent);
    return choice;
  }
  if (now == choice && stage_ == Stage::asking) {
    chosen_ = asking_[choose_(asking_)];
    stage_ = Stage::chosen;
  }
  // Once: at the very same instant it may ask again for what comes next.
  if (now == choice && stage_ == Stage::chosen && agent == chosen_) {
    stage_ = Stage::gone_on;
    begun_[agent.pcpu.n] += agent.commits ? 0 : 1;
    return now;
  }
  return slot_ + slot_length;
}

}  // namespace hvsim
