// A guest's steal clock: how long the hypervisor kept a CPU of the guest from running.
//
// What it is: the guest's side of the run state records, as its kernel has it: the records of its
// vCPUs, the set-up at boot, and the clock of a CPU, its own or another one.
// What you must promise: set_up() once, on a vCPU of the guest, before any read; the records are
// registered; whoever reads is not moved to another CPU of the guest meanwhile.
// What it guarantees: reading another CPU's record without being allowed to ends the run with a
// finding ("BUG"), as the kernel's own check would. Source: runstate sheet, C; seed of 20 May
// 2016.
#pragma once

#include <vector>

#include "models/hypervisor/runstate/hypercalls.hpp"
#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

class StealClock {
 public:
  // By CPU of the guest. They must outlive the clock.
  explicit StealClock(std::vector<Runstate*> records) : records_(std::move(records)) {}

  // Asks for the flag: the vm_assist hypercall, whose way in is the caller's to pay.
  void set_up(Cpu& cpu, VmAssist& assist);
  // Whether records of other CPUs may be read.
  bool remote() const { return remote_; }

  // The record of CPU `of` as CPU `reader` gets it; Reading::info.steal() is the clock.
  Reading read(Cpu& cpu, unsigned reader, unsigned of, Where where = Where::here());

 private:
  std::vector<Runstate*> records_;
  bool remote_ = false;
};

}  // namespace hvsim
