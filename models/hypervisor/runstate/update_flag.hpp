// The patch: the top bit of `entry` says that an update is in progress, if the guest asked for it.
//
// The writer sets it by a store of one byte before the copy and clears it by another one after it.
// A reader takes `entry` for the sequence number of a sequence lock: it begins again if the value
// changed while it read, or has the bit set. On x86-TSO the barriers between the steps are free.
// What you must promise: the guest enabled the assist before it reads another vCPU's record.
// What it guarantees: a reader on any vCPU gets a record that was published; it waits as long as
// an update lasts. Source: runstate sheet, C; xen 2529c850ea, f28c4c4c10; seed of 20 May 2016.
#pragma once

#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

class UpdateFlag : public RunstateAlgorithm {
 public:
  using RunstateAlgorithm::RunstateAlgorithm;

  Remote remote() const override { return Remote::with_assist; }
  Updated update(Cpu& cpu, RunstateUpdate& update) override;
  Reading read(Cpu& cpu, const GuestArea& area) override;
};

}  // namespace hvsim
