// Laying out the domains, pages, grants and rings of a virtual interface.
#include "models/workload/vif_net.hpp"

namespace hvsim {

namespace {

constexpr std::uint64_t a_gref_stream = 31;
constexpr std::uint64_t b_gref_stream = 32;
constexpr GrantRef reserved_grefs = 8;

SocketId node_of_queue(const Host& host, unsigned queue) {
  return SocketId{queue % host.sockets()};
}

unsigned dom0_pages_a_set(const VifOptions& options) {
  return 1 + (options.map_tx ? 0 : options.tx_pages());
}

unsigned frames_needed(const VifOptions& options) {
  return options.queues * VifOptions::page_sets *
         (options.tx_pages() + options.rx_slots() + dom0_pages_a_set(options));
}

HypervisorOptions hypervisor_options(const VifOptions& options) {
  return {options.grant_lock, options.p2m_lock, frames_needed(options)};
}

// dom0 is PV; its translations live on every pCPU that runs one of its contexts.
DomainOptions dom0_options(const VifOptions& options, const std::vector<PcpuId>& pcpus) {
  DomainOptions dom0;
  dom0.name = "dom0";
  dom0.strict_iommu = options.strict_iommu;
  dom0.linear_pages = options.queues * VifOptions::ring_slots;
  dom0.vcpus = pcpus;
  return dom0;
}

}  // namespace

VifQueue::VifQueue(Host& host, unsigned n, SocketId node)
    : number(n),
      tx(host.memory().make<TxRing>("tx_ring[" + std::to_string(n) + "]", node)),
      rx(host.memory().make<RxRing>("rx_ring[" + std::to_string(n) + "]", node)),
      skbs(host, "skb_queue[" + std::to_string(n) + "]", node),
      dealloc(host, "dealloc_ring[" + std::to_string(n) + "]", node),
      free_frames(host, "free_frames[" + std::to_string(n) + "]", node),
      closed(
          host.memory().make<Shared<std::uint32_t>>("closed[" + std::to_string(n) + "]", node)) {}

VifNet::VifNet(Host& h, const VifOptions& o, const std::vector<PcpuId>& dom0_pcpus)
    : options(o),
      host(h),
      hypervisor(h, hypervisor_options(o)),
      grants(hypervisor),
      sleepers(h),
      dom0_domain(hypervisor.add_domain(dom0_options(o, dom0_pcpus))),
      a(add_guest("A", o.queues * VifOptions::page_sets * o.tx_pages())),
      b(add_guest("B", o.queues * b_pages_a_queue())),
      open_queues(h.memory().make<Shared<std::uint32_t>>("open_queues", SocketId{0})) {
  open_queues.poke(options.queues);
  for (unsigned q = 0; q < options.queues; ++q) {
    queues.push_back(std::make_unique<VifQueue>(host, q, node_of_queue(host, q)));
  }
  give_frames(a, VifOptions::page_sets * options.tx_pages(), a_base_, a_grefs_, a_gref_stream);
  give_frames(b, b_pages_a_queue(), b_base_, b_grefs_, b_gref_stream);
  const unsigned dom0_pages = VifOptions::page_sets * dom0_pages_a_set(options);
  for (unsigned q = 0; q < options.queues; ++q) {
    const Mfn first = hypervisor.frames().allocate("dom0.frames[" + std::to_string(q) + "]", dom0,
                                                   dom0_pages, node_of_queue(host, q));
    dom0_first_ = q == 0 ? first : dom0_first_;
  }
}

Domain& VifNet::add_guest(const std::string& name, unsigned pages) {
  DomainOptions guest;
  guest.name = name;
  guest.external = options.hvm_guests;
  guest.gfns = pages;
  const unsigned grefs = pages + reserved_grefs;
  guest.grants.grant_frames =
      (grefs + GrantTable::entries_a_frame - 1) / GrantTable::entries_a_frame;
  guest.grants.max_grant_frames = guest.grants.grant_frames;
  guest.grants.maptrack_pages = 1;
  return hypervisor.add_domain(guest);
}

// The pages of a queue lie on one node. Page i of an HVM guest is its gfn i, of a PV guest the
// frame itself. Its grant is number i behind the reserved ones, or a random one.
void VifNet::give_frames(Domain& guest, unsigned pages_a_queue, std::uint32_t& base,
                         std::vector<GrantRef>& grefs, std::uint64_t stream) {
  for (unsigned q = 0; q < options.queues; ++q) {
    const Mfn first =
        hypervisor.frames().allocate(guest.name + ".frames[" + std::to_string(q) + "]", guest.id,
                                     pages_a_queue, node_of_queue(host, q));
    for (unsigned i = 0; i < pages_a_queue; ++i) {
      const unsigned page = q * pages_a_queue + i;
      const Mfn mfn{first.n + i};
      if (guest.p2m) {
        guest.p2m->place(Gfn{page}, {P2mType::ram, mfn});
      }
      if (&guest == &a) {
        a_mfns_.push_back(mfn);
      }
      grefs.push_back(reserved_grefs + page);
    }
    base = q == 0 && !guest.external ? first.n : base;
  }
  if (!options.clustered_grefs) {
    Random random = host.random(stream);
    random.shuffle(grefs);
  }
}

void VifNet::wake(Cpu& cpu, const VifQueue& queue, VifRole role) {
  const auto r = static_cast<unsigned>(role);
  if (vcpus) {
    vcpus->wake(cpu, queue.worker[r]);
  } else {
    sleepers.wake(cpu, queue.pcpu[r]);
  }
}

Duration VifNet::sleep(Cpu& cpu, unsigned worker, const std::function<bool(Cpu&)>& ready) {
  return vcpus ? vcpus->sleep(cpu, worker, ready) : sleepers.sleep(cpu, ready);
}

void VifNet::in_hypervisor(Cpu& cpu, const std::function<void(Cpu&)>& body) {
  if (vcpus) {
    VifVcpus::in_hypervisor(cpu, body);
  } else {
    body(cpu);
  }
}

Address VifNet::a_address(unsigned queue, unsigned set, unsigned page) const {
  return hypervisor.frames().address(a_mfns_[a_page(queue, set, page)]);
}

Gfn VifNet::dom0_frame(unsigned queue, unsigned set, unsigned page) const {
  return Gfn{dom0_first_.n + (queue * VifOptions::page_sets + set) * dom0_pages_a_set(options) +
             page};
}

}  // namespace hvsim
