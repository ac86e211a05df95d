// The area of 2023: mapped by the hypervisor for good, always flagged, by stores of 64 bits.
//
// What you must promise: the area was registered as one that is mapped for good: within a page, at
// a multiple of 8. What it guarantees: what update_flag does, for readers that need not ask for
// it; an update never faults, so none waits for the kernel's page tables. Source: runstate sheet,
// C; xen e1ddb822ca.
#pragma once

#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

class FlaggedArea : public UpdateFlag {
 public:
  using UpdateFlag::UpdateFlag;

  Remote remote() const override { return Remote::always; }
  bool mapped_for_good() const override { return true; }
  Updated update(Cpu& cpu, RunstateUpdate& update) override;
};

}  // namespace hvsim
