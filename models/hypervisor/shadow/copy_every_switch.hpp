// The baseline: one shadow frame a pCPU, copied whenever another table is to be loaded.
//
// What it is: the record holds the guest's L4 that the frame mirrors now. A guest's kernel and its
// user programs run on two L4s, so each system call costs two copies. What it guarantees: what is
// in cr3 is all that is kept, so the end of an L4 that nothing runs on needs no call.
// Source: shadow-cache sheet, B; 76434faf2c. The per-pCPU slot is left out of the copy, because
// the frame is the one that this pCPU runs on.
#pragma once

#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

class CopyEverySwitch : public L4Loader {
 public:
  CopyEverySwitch(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options)
      : L4Loader(host, calls, frames, options, {1, 1}) {}

 protected:
  static constexpr std::size_t shadowing = 0;  // the word that says which table

  Address shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) override;
  void forget(Cpu& cpu, Pcpu& mine) override;
  void take_write(Cpu& cpu, Pcpu& mine, const Change& change) override;
  Mirrors mirrors(const Pcpu& of, bool own_view) const override;
};

}  // namespace hvsim
