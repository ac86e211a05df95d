// A domain as grant operations see it: its kind, its vCPUs, what it maps, where it has run.
//
// What it is: plain data put together before a run, and the words in memory that belong to the
// domain alone (free-list heads of its vCPUs, its page-table entries for mapped grants).
// A PV domain has page tables and no p2m; an external (HVM) domain has a p2m.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/hypervisor/domain_id.hpp"
#include "models/hypervisor/grants/grant_table.hpp"
#include "models/hypervisor/p2m.hpp"

namespace hvsim {

class Domain {
 public:
  DomainId id{};
  std::string name;
  bool external = false;           // HVM: the hypervisor translates its frames
  bool strict_iommu = false;       // every map and unmap of this (PV) domain updates the IOMMU
  PcpuSet dirty_pcpus;             // pCPUs that may hold its translations
  std::set<DomainId> may_not_map;  // policy: domains that this one's grants are refused to
  std::vector<MaptrackVcpu> vcpus;

  std::unique_ptr<GrantTable> grants;
  std::unique_ptr<P2m> p2m;                 // external only
  std::span<Shared<std::uint64_t>> linear;  // PV only: its page-table entries, by page number
  std::span<Shared<std::uint64_t>> iommu;   // strict_iommu only: by machine frame
};

}  // namespace hvsim
