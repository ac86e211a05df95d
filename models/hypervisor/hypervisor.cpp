// Putting a host's domains together, and looking at everything once more when the run is over.
#include "models/hypervisor/hypervisor.hpp"

#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

Hypervisor::Hypervisor(Host& host, const HypervisorOptions& options)
    : host_(host),
      frames_(host, options.frames),
      tlb_(host),
      order_(host.pcpus()),
      grant_class_(make_rwlock(options.grant_lock, "grant", host)),
      p2m_class_(make_rwlock(options.p2m_lock, "p2m", host)) {
  for (unsigned p = 0; p < host.pcpus(); ++p) {
    softirq_pending_.push_back(&host.memory().make<SoftirqWord>(
        "softirq_pending[" + std::to_string(p) + "]", host.socket_of(PcpuId{p})));
  }
}

Domain& Hypervisor::add_domain(const DomainOptions& options) {
  auto domain = std::make_unique<Domain>();
  Memory& memory = host_.memory();
  domain->id = DomainId{static_cast<std::uint32_t>(domains_.size())};
  domain->name = options.name;
  domain->external = options.external;
  domain->strict_iommu = options.strict_iommu;
  for (unsigned v = 0; v < options.vcpus.size(); ++v) {
    const PcpuId pcpu = options.vcpus[v];
    MaptrackEnds& words = memory.make<MaptrackEnds>(
        options.name + ".vcpu[" + std::to_string(v) + "]", host_.socket_of(pcpu));
    words.maptrack_head.poke(Maptrack::end);
    words.maptrack_tail.poke(Maptrack::end);
    domain->vcpus.push_back({v, pcpu, &words});
    domain->dirty_pcpus.add(pcpu);
  }
  domain->grants =
      std::make_unique<GrantTable>(host_, domain->id, options.grants, *grant_class_, order_);
  if (options.external) {
    domain->p2m = std::make_unique<P2m>(host_, "p2m[" + std::to_string(domain->id.n) + "]",
                                        domain->id, options.gfns, *p2m_class_, order_, frames_);
  } else if (options.linear_pages != 0) {
    domain->linear = memory.make_array<Shared<std::uint64_t>>(
        options.name + ".page_table", options.linear_pages, options.grants.node);
  }
  if (options.strict_iommu) {
    domain->iommu = memory.make_array<Shared<std::uint64_t>>(
        options.name + ".iommu", frames_.capacity(), options.grants.node);
  }
  domains_.push_back(std::move(domain));
  return *domains_.back();
}

Domain* Hypervisor::find(DomainId id) {
  return id.n < domains_.size() ? domains_[id.n].get() : nullptr;
}

void Hypervisor::preempt(Cpu& cpu) {
  cpu.xchg(softirq_pending(cpu.id()), 0);
  cpu.hypercall();
}

void Hypervisor::check(Cpu& cpu) {
  cpu.ghost_point();
  for (const std::unique_ptr<Domain>& domain : domains_) {
    domain->grants->lock().check_free(cpu);
    if (domain->p2m) {
      domain->p2m->lock().check_free(cpu);
    }
    domain->grants->maptrack().check(cpu, domain->vcpus);
    check_table(cpu, *domain);
  }
}

// GR-S5 from the other end: pins must be what the live maptrack entries of all domains add up to.
void Hypervisor::check_table(Cpu& cpu, Domain& granter) {
  GrantTable& table = *granter.grants;
  std::vector<std::uint32_t> mapped(table.capacity(), 0);
  for (const std::unique_ptr<Domain>& mapper : domains_) {
    Maptrack& maptrack = mapper->grants->maptrack();
    const Handle known = mapper->grants->header().maptrack_limit.peek();
    for (Handle h = 0; h < known; ++h) {
      const MaptrackEntry& entry = maptrack.entry(h);
      const std::uint16_t flags = entry.flags.peek();
      if (flags != 0 && entry.domid.peek() == granter.id.n) {
        mapped[entry.ref.peek()] += pin_kinds(flags);
      }
    }
  }
  for (GrantRef ref = 0; ref < table.capacity(); ++ref) {
    const std::uint32_t pins = table.active(ref).pin.peek();
    if (pins != mapped[ref]) {
      cpu.violated("GR-S5",
                   "grant " + std::to_string(ref) + " of " + granter.name + " has pins " +
                       std::to_string(pins) + " but its live mappings make " +
                       std::to_string(mapped[ref]),
                   &table.active(ref).pin);
    }
    table.ledger().check(cpu, ref, pins, table.shared(ref));
    if (table.ledger().half_unmapped(ref)) {
      cpu.violated("GR-S9", "grant " + std::to_string(ref) + " was never unmapped completely",
                   &table.active(ref).pin);
    }
  }
}

}  // namespace hvsim
