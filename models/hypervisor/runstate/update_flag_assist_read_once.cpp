// Broken twin of update_flag: whether the guest wants the flag is looked up at the first update.
#include <optional>

#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class AssistReadOnce : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: the assist may be enabled at any time.
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    if (!assist_) {
      assist_ = update.assist.has(cpu, runstate_update_flag_assist);
    }
    if (*assist_) {
      return UpdateFlag::update(cpu, update);
    }
    const RunstateInfo copy = update.take_copy(cpu);
    return {false, update.area.copy(cpu, copy, order(), update.reachable)};
  }

 private:
  std::optional<bool> assist_;
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_assist_read_once(CopyOrder order) {
  return std::make_unique<AssistReadOnce>(order);
}

}  // namespace hvsim
