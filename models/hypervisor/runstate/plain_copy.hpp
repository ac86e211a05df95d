// The baseline: the record is copied word by word, and only its own vCPU may read the copy.
//
// What it guarantees: the vCPU itself reads a record that was published, because the hypervisor
// writes only while the vCPU is not in the guest, and any write moves `entry` on. Another vCPU may
// get half of one record and half of the next. Source: runstate sheet, B.
#pragma once

#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

class PlainCopy : public RunstateAlgorithm {
 public:
  using RunstateAlgorithm::RunstateAlgorithm;

  Remote remote() const override { return Remote::never; }
  Updated update(Cpu& cpu, RunstateUpdate& update) override;
  Reading read(Cpu& cpu, const GuestArea& area) override;
};

}  // namespace hvsim
