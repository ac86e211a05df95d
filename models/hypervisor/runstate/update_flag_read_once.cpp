// Broken twin of update_flag: a reader looks at the flag before its copy and not after it.
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

namespace {

class ReadOnce : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  // The defect: steps 4 and 5 of the reader are missing.
  Reading read(Cpu& cpu, const GuestArea& area) override {
    Reading reading;
    while ((area.load_entry(cpu) & runstate_update_flag) != 0) {
      ++reading.spins;
    }
    reading.info = area.load(cpu);
    return reading;
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_update_flag_read_once(CopyOrder order) {
  return std::make_unique<ReadOnce>(order);
}

}  // namespace hvsim
