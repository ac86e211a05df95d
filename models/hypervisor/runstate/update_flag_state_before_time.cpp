// Broken twin of update_flag: the new state is assigned before the time in the old one is added.
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class StateBeforeTime : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: step 3 comes first, so the time goes to the state that begins.
  void change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now) override {
    cpu.store(master.state, to);
    const std::uint64_t entry = cpu.load(master.entry);
    if (now > entry) {
      Shared<std::uint64_t>& time = master.in(cpu.load(master.state));
      cpu.store(time, cpu.load(time) + (now - entry));
      cpu.store(master.entry, now);
    }
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_state_before_time(CopyOrder order) {
  return std::make_unique<StateBeforeTime>(order);
}

}  // namespace hvsim
