// The hypervisor of a host: its domains and what they share.
//
// What it is: the frame table, the TLB flush broadcast, the lock algorithms of the classes "grant"
// and "p2m", and the list of domains. Everything is put together before the run.
// What you must promise: domains are added before the run; `dirty_pcpus` of a domain holds every
// pCPU that its vCPUs run on.
// What it guarantees: domain numbers are handed out from 0 (dom0) up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/domain.hpp"
#include "models/hypervisor/lock_order.hpp"
#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/page_info.hpp"
#include "models/hypervisor/tlb_shootdown.hpp"

namespace hvsim {

struct HypervisorOptions {
  std::string grant_lock = "percpu_rwlock";
  std::string p2m_lock = "percpu_rwlock";
  unsigned frames = 0;  // capacity of the frame table
};

struct DomainOptions {
  std::string name;
  bool external = false;
  bool strict_iommu = false;
  unsigned gfns = 0;          // external: size of its p2m
  unsigned linear_pages = 0;  // PV: page-table entries for grant mappings
  std::vector<PcpuId> vcpus;  // one a vCPU: where it is pinned
  GrantTableShape grants;
};

class Hypervisor {
 public:
  Hypervisor(Host& host, const HypervisorOptions& options);

  Domain& add_domain(const DomainOptions& options);
  Domain* find(DomainId id);  // null: there is none
  Domain& domain(DomainId id) { return *domains_[id.n]; }

  Host& host() { return host_; }
  FrameTable& frames() { return frames_; }
  const FrameTable& frames() const { return frames_; }
  TlbShootdown& tlb() { return tlb_; }
  LockOrder& order() { return order_; }

  // Whether a hypercall on this pCPU should be interrupted and continued: its softirq word.
  bool preempt_check(Cpu& cpu) { return cpu.load(softirq_pending_[cpu.id().n]->word) != 0; }
  // Leaves the hypercall and comes back to it.
  void preempt(Cpu& cpu);
  Shared<std::uint64_t>& softirq_pending(PcpuId pcpu) { return softirq_pending_[pcpu.n]->word; }

  // After the run: no lock is held, and the books of every table are closed and agree with memory
  // (GR-S1, GR-S5 to GR-S8). Domains' pins may only stem from live mappings.
  void check(Cpu& cpu);

 private:
  struct SoftirqWord {
    Shared<std::uint64_t> word;
  };
  void check_table(Cpu& cpu, Domain& granter);

  Host& host_;
  FrameTable frames_;
  TlbShootdown tlb_;
  LockOrder order_;
  std::unique_ptr<RwLockAlgorithm> grant_class_;
  std::unique_ptr<RwLockAlgorithm> p2m_class_;
  std::vector<std::unique_ptr<Domain>> domains_;
  std::vector<SoftirqWord*> softirq_pending_;  // by pCPU
};

}  // namespace hvsim
