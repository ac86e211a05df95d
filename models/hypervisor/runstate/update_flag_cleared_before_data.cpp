// Broken twin of update_flag: the flag is gone before the data is there.
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class ClearedBeforeData : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: step 5 comes before step 4.
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    const RunstateInfo copy = update.take_copy(cpu);
    const bool assist = update.assist.has(cpu, runstate_update_flag_assist);
    if (assist) {
      update.area.store_top_byte(cpu, copy.entry | runstate_update_flag, update.reachable);
      update.area.store_top_byte(cpu, copy.entry, update.reachable);
    }
    return {assist, update.area.copy(cpu, copy, order(), update.reachable)};
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_cleared_before_data(CopyOrder order) {
  return std::make_unique<ClearedBeforeData>(order);
}

}  // namespace hvsim
