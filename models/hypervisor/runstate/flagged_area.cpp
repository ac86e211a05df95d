#include "models/hypervisor/runstate/flagged_area.hpp"

namespace hvsim {

RunstateAlgorithm::Updated FlaggedArea::update(Cpu& cpu, RunstateUpdate& update) {
  RunstateInfo copy = update.take_copy(cpu);
  copy.entry |= runstate_update_flag;
  update.area.store_entry(cpu, copy.entry);
  update.area.copy(cpu, copy, order(), update.area.bytes());
  copy.entry &= ~runstate_update_flag;
  update.area.store_entry(cpu, copy.entry);
  return {true, true};
}

}  // namespace hvsim
