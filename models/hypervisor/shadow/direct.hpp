// No shadows: every pCPU runs on the guest's own L4, as before the per-pCPU slot was wanted.
//
// What it is: the cr3 load without the funnel's work: no mark that a frame is in use, no per-pCPU
// slot, no calls. What it guarantees: nothing of SC-S1; vCPUs that share an L4 run on it together.
#pragma once

#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

class Direct : public L4Loader {
 public:
  Direct(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options)
      : L4Loader(host, calls, frames, options, {0, 0}) {}

 protected:
  Address shadow_of(Cpu&, Pcpu&, Address guest, Where) override { return guest; }
  void forget(Cpu&, Pcpu&) override {}
  void take_write(Cpu&, Pcpu&, const Change&) override {}
  bool need_shadow(const PvDomainTables&) const override { return false; }
  bool keeps_percpu_slot() const override { return false; }
  Mirrors mirrors(const Pcpu&, bool) const override { return {}; }
};

}  // namespace hvsim
