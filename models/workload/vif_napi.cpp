// NAPI of vif A: from A's ring to the bridge (grant-datapath sheet, B2 steps 1 to 5).
#include "models/workload/vif_context.hpp"

namespace hvsim {

namespace {

constexpr unsigned budget = 64;      // packets a poll
constexpr unsigned map_limit = 256;  // elements a map hypercall

class Napi : public VifContext {
 public:
  Napi(VifNet& net, VifQueue& queue, const MaptrackVcpu& vcpu)
      : VifContext(net, queue), vcpu_(vcpu) {}

  bool ready(Cpu& cpu) override {
    return cpu.load(queue_.tx.index.request_producer) != taken_ && frames_left(cpu) > 0;
  }
  Time offered() const override {
    const Time posted = queue_.posted_at[packets_ % VifOptions::page_sets];
    return frames_borrowed_ < VifOptions::page_sets
               ? posted
               : std::max(posted, queue_.free_frames.offered());
  }
  void step(Cpu& cpu) override;

 private:
  // Where a packet may be kept in dom0; only a copied one needs room of its own.
  unsigned frames_left(Cpu& cpu) {
    if (net_.options.map_tx) {
      return VifOptions::page_sets;
    }
    return VifOptions::page_sets - frames_borrowed_ + queue_.free_frames.waiting(cpu);
  }
  unsigned borrow_set(Cpu& cpu);
  void take_packet(Cpu& cpu);
  void answer(Cpu& cpu);

  const MaptrackVcpu& vcpu_;
  std::uint32_t taken_ = 0;     // requests of A's ring
  std::uint32_t answered_ = 0;  // ... answered here, if packets are copied
  std::uint32_t packets_ = 0;
  unsigned frames_borrowed_ = 0;     // dom0's page sets that have ever been used
  std::vector<std::uint32_t> sets_;  // of this poll's packets, in order
  std::vector<CopyOp> copies_;
  std::vector<MapOp> maps_;
};

void Napi::step(Cpu& cpu) {
  const VifOptions& options = net_.options;
  sets_.clear();
  copies_.clear();
  maps_.clear();
  const std::uint32_t producer = cpu.load(queue_.tx.index.request_producer);
  unsigned room = frames_left(cpu);
  while (taken_ != producer && sets_.size() < budget && room > 0 &&
         maps_.size() + options.tx_pages() <= map_limit) {
    take_packet(cpu);
    --room;
  }
  copy(cpu, copies_);
  if (options.map_tx) {
    map(cpu, vcpu_, maps_);
    for (const MapOp& op : maps_) {
      queue_.handle[op.host_page % VifOptions::ring_slots] = op.handle;
    }
    net_.mapped += maps_.size();
  } else {
    answer(cpu);
  }
  for (const std::uint32_t set : sets_) {
    cpu.compute(options.napi_cost());
    queue_.skbs.put(cpu, set);
    queue_.skbs.publish(cpu);
    wake(cpu, VifRole::rx);
  }
}

unsigned Napi::borrow_set(Cpu& cpu) {
  if (net_.options.map_tx) {
    return packets_ % VifOptions::page_sets;
  }
  if (frames_borrowed_ < VifOptions::page_sets) {
    return frames_borrowed_++;
  }
  const unsigned set = queue_.free_frames.peek(cpu, 0);
  queue_.free_frames.take(cpu, 1);
  return set;
}

// Reads the slots of one packet and appends its elements: the header's copy, then one a slot.
void Napi::take_packet(Cpu& cpu) {
  const VifOptions& options = net_.options;
  const unsigned queue = queue_.number;
  const unsigned set = borrow_set(cpu);
  queue_.skb[set] = {taken_ % VifOptions::ring_slots,
                     queue_.posted_at[packets_ % VifOptions::page_sets]};
  for (unsigned page = 0; page < options.tx_slots(); ++page) {
    const std::uint32_t index = taken_++ % VifOptions::ring_slots;
    TxSlot& slot = queue_.tx.slot[index];
    const GrantRef ref = cpu.load(slot.gref);
    const auto offset = static_cast<std::uint16_t>(cpu.load(slot.offset_flags));
    const auto size = static_cast<std::uint16_t>(cpu.load(slot.id_size));
    if (page >= options.tx_pages()) {
      continue;  // the extra-info slot carries no grant
    }
    const CopyEnd source{net_.a.id, true, ref, {}, offset};
    const auto header = static_cast<std::uint16_t>(VifOptions::header_bytes);
    if (page == 0) {
      copies_.push_back({source, {dom0, false, 0, net_.dom0_frame(queue, set, 0), 0}, header, {}});
    }
    if (options.map_tx) {
      maps_.push_back({queue * VifOptions::ring_slots + index,
                       map_flag::host | map_flag::readonly,
                       ref,
                       net_.a.id,
                       {},
                       0,
                       {}});
      continue;
    }
    CopyEnd data = source;
    data.offset = page == 0 ? header : offset;
    copies_.push_back({data,
                       {dom0, false, 0, net_.dom0_frame(queue, set, 1 + page), 0},
                       page == 0 ? static_cast<std::uint16_t>(size - header) : size,
                       {}});
  }
  ++packets_;
  sets_.push_back(set);
}

// The pages are copied: A may have them back at once.
void Napi::answer(Cpu& cpu) {
  while (answered_ != taken_) {
    const std::uint32_t index = answered_++ % VifOptions::ring_slots;
    cpu.store(queue_.tx.slot[index].id_size, index);
  }
  cpu.store(queue_.tx.index.response_producer, answered_);
  queue_.tx_answered_at = cpu.now();
  wake(cpu, VifRole::guest_a);
}

}  // namespace

std::unique_ptr<VifContext> make_napi(VifNet& net, VifQueue& queue, const MaptrackVcpu& vcpu) {
  return std::make_unique<Napi>(net, queue, vcpu);
}

}  // namespace hvsim
