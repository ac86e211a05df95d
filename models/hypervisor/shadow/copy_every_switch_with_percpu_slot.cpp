// Broken twin of copy_every_switch: the copy carries slot 257.
#include "models/hypervisor/shadow/copy_every_switch.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class WithPercpuSlot : public CopyEverySwitch {
 public:
  using CopyEverySwitch::CopyEverySwitch;

 protected:
  // The defect: the frame is the one that this pCPU runs on.
  void copy(Cpu& cpu, Address guest, Address shadow, Where where) override {
    cpu.copy_words(frames().entries(shadow), frames().entries(guest), l4::entries, options().block,
                   where);
  }
};

}  // namespace

std::unique_ptr<L4Loader> make_copy_every_switch_with_percpu_slot(Host& host, CrossCall& calls,
                                                                  L4Frames& frames,
                                                                  const LoaderOptions& options) {
  return std::make_unique<WithPercpuSlot>(host, calls, frames, options);
}

}  // namespace hvsim
