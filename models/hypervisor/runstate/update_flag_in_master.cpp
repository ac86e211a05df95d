// Broken twin of update_flag: no private copy, the flag is set in the master record.
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class InMaster : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: the master has the flag while it is copied, and the scheduler lock is not held.
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    const bool assist = update.assist.has(cpu, runstate_update_flag_assist);
    const RunstateInfo copy = update.take_copy(cpu);
    Shared<std::uint64_t>& entry = update.master.entry;
    if (assist) {
      cpu.store(entry, cpu.load(entry) | runstate_update_flag);
      update.area.store_top_byte(cpu, copy.entry | runstate_update_flag, update.reachable);
    }
    RunstateInfo flagged = copy;
    flagged.entry |= assist ? runstate_update_flag : 0;
    const bool complete = update.area.copy(cpu, flagged, order(), update.reachable);
    if (assist) {
      cpu.store(entry, cpu.load(entry) & ~runstate_update_flag);
      update.area.store_top_byte(cpu, copy.entry, update.reachable);
    }
    return {assist, complete};
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_in_master(CopyOrder order) {
  return std::make_unique<InMaster>(order);
}

}  // namespace hvsim
