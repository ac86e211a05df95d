// Broken twin of plain_copy: nothing keeps a guest from reading other vCPUs' records.
#include "models/hypervisor/runstate/plain_copy.hpp"
#include "models/hypervisor/runstate/twins.hpp"

namespace hvsim {

namespace {

class ReadRemotely : public PlainCopy {
 public:
  using PlainCopy::PlainCopy;

  // The defect: there is no flag that could make a remote read whole.
  Remote remote() const override { return Remote::with_assist; }
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    const Updated updated = PlainCopy::update(cpu, update);
    return {true, updated.complete};
  }
};

}  // namespace

std::unique_ptr<RunstateAlgorithm> make_plain_copy_read_remotely(CopyOrder order) {
  return std::make_unique<ReadRemotely>(order);
}

}  // namespace hvsim
