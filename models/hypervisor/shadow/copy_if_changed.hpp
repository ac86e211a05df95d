// XPTI's remedy, for comparison: one shadow frame a pCPU, copied when a flag says that it is due.
//
// What it is: whoever changes a guest's L4 raises a flag on every pCPU of the domain's dirty mask;
// on its way back to the guest a pCPU whose flag is up, or that goes to another table, copies the
// whole table. So no entry is brought up to date alone. An interrupt that did not come into the
// loader itself goes back to the guest when it ends; the copy is then made there.
// What it guarantees: what copy_every_switch does. Source: shadow-cache sheet, C, variant X; xen
// 5784de3e20, a22320e32d, 18173843a5.
#pragma once

#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

class CopyIfChanged : public L4Loader {
 public:
  CopyIfChanged(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options)
      : L4Loader(host, calls, frames, options, {1, 3}) {}

 protected:
  Address shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) override;
  void forget(Cpu& cpu, Pcpu& mine) override;
  void take_write(Cpu& cpu, Pcpu& mine, const Change& change) override;
  Mirrors mirrors(const Pcpu& of, bool own_view) const override;

 private:
  static constexpr std::size_t shadowing = 0;  // the table
  static constexpr std::size_t changed = 1;    // the flag
  static constexpr std::size_t loading = 2;    // the loader is at it: no way back to the guest

  void copy_whole(Cpu& cpu, Pcpu& mine, Address guest, Where where);
};

}  // namespace hvsim
