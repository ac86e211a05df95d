// Broken twin of update_flag: a copy that faults returns at once, and the flag stays. It takes an
// area that is mapped in part, which no guest of the catalogs has.
#pragma once

#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

class LeftByFault : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: no step 5 if step 4 fails.
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    RunstateInfo copy = update.take_copy(cpu);
    const bool assist = update.assist.has(cpu, runstate_update_flag_assist);
    if (assist) {
      copy.entry |= runstate_update_flag;
      update.area.store_top_byte(cpu, copy.entry, update.reachable);
    }
    if (!update.area.copy(cpu, copy, order(), update.reachable)) {
      return {assist, false};
    }
    if (assist) {
      copy.entry &= ~runstate_update_flag;
      update.area.store_top_byte(cpu, copy.entry, update.reachable);
    }
    return {assist, true};
  }
};

}  // namespace hvsim
