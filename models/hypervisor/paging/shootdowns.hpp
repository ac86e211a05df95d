// The ways in which targets of a shootdown drop translations, by name, and the broken twins.
//
// All send by the same lock, mask and interrupt (tlb_shootdown.hpp); they differ in what a target
// drops and so in what it has to fetch again. Without PCIDs whatever enters another address space
// loses all of the one before, so only the current one can be stale; with PCIDs every one can.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/tlb_shootdown.hpp"

namespace hvsim {

struct ShootdownKind {
  std::string name;
  std::string doc;
  bool broken;
  bool pcid;  // address spaces keep their translations, each under a PCID of its own
  std::function<std::unique_ptr<TlbShootdown>(Host&)> make;
};

// Every kind there is, the broken twins last.
std::span<const ShootdownKind> shootdown_kinds();
std::vector<std::string> shootdown_names();
// Errors: an unknown name throws InternalError.
const ShootdownKind& shootdown_called(const std::string& name);

}  // namespace hvsim
