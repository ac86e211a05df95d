// What a 64-bit PV domain and its vCPUs have to do with top-level page tables.
//
// What it is: the domain's dirty mask and whether its L4s need shadows; and of one vCPU, the two
// L4s of the process it runs: one for its kernel and one for its user programs. What you must
// promise: a domain lives as long as the loader that loads its tables. A domain of one vCPU needs
// no shadow, because nobody else can run on its L4s. Source: shadow-cache sheet, A.
#pragma once

#include <string>

#include "models/hypervisor/dirty_mask.hpp"
#include "models/hypervisor/domain_id.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

struct PvDomainTables {
  PvDomainTables(Host& host, DomainId number, unsigned max_vcpus, SocketId node)
      : id(number),
        vcpus(max_vcpus),
        dirty_mask(host, "dirty_mask[" + std::to_string(number.n) + "]", node) {}

  bool need_shadow() const { return vcpus > 1; }

  DomainId id;
  unsigned vcpus;
  DirtyMask dirty_mask;
};

struct L4Tables {
  Address kernel = 0;
  Address user = 0;
  bool in_kernel = true;

  Address frame() const { return in_kernel ? kernel : user; }
};

}  // namespace hvsim
