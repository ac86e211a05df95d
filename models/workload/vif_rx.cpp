// RX of vif B: from the bridge into B's pages (grant-datapath sheet, B2 steps 6 to 10).
#include "models/workload/vif_context.hpp"

namespace hvsim {

namespace {

class Rx : public VifContext {
 public:
  Rx(VifNet& net, VifQueue& queue) : VifContext(net, queue) {}

  bool ready(Cpu& cpu) override {
    return (queue_.skbs.waiting(cpu) != 0 && posted(cpu) >= net_.options.rx_slots()) ||
           may_close(cpu);
  }
  Time offered() const override {
    return std::max({queue_.skbs.offered(), queue_.rx_posted_at, queue_.closed_at});
  }
  void step(Cpu& cpu) override;

 private:
  struct Packet {
    unsigned set;
    std::uint32_t first_request;
  };
  std::uint32_t posted(Cpu& cpu) { return cpu.load(queue_.rx.index.request_producer) - used_; }
  // A sends no more, and every packet it sent is through.
  bool may_close(Cpu& cpu) { return open_ && cpu.load(queue_.closed) == delivered_ + 1; }
  void close(Cpu& cpu);
  void take_packets(Cpu& cpu);
  void add_elements(Cpu& cpu, Packet packet);
  CopyEnd source_page(const Packet& packet, unsigned page, unsigned offset) const;
  void deliver(Cpu& cpu, const Packet& packet);
  void release(Cpu& cpu, const Packet& packet);

  bool open_ = true;
  std::uint32_t delivered_ = 0;
  std::uint32_t used_ = 0;  // B's requests
  std::vector<Packet> packets_;
  std::vector<CopyOp> copies_;
  std::vector<GrantRef> refs_;  // B's grants of the packet at hand
};

void Rx::step(Cpu& cpu) {
  if (may_close(cpu)) {
    close(cpu);
    return;
  }
  take_packets(cpu);
  copy(cpu, copies_);
  for (const Packet& packet : packets_) {
    deliver(cpu, packet);
  }
  cpu.store(queue_.rx.index.response_producer, used_);
  queue_.rx_answered_at = cpu.now();
  wake(cpu, VifRole::guest_b);
  for (const Packet& packet : packets_) {
    release(cpu, packet);
  }
  Handoff& freed = net_.options.map_tx ? queue_.dealloc : queue_.free_frames;
  freed.publish(cpu);
  wake(cpu, net_.options.map_tx ? VifRole::dealloc : VifRole::napi);
}

// The last queue to close wakes whoever sleeps, so that all can go home.
void Rx::close(Cpu& cpu) {
  open_ = false;
  if (cpu.fetch_add(net_.open_queues, ~0u) != 1) {
    return;
  }
  for (const std::unique_ptr<VifQueue>& queue : net_.queues) {
    for (unsigned role = 0; role < vif_roles; ++role) {
      net_.wake(cpu, *queue, static_cast<VifRole>(role));
    }
  }
}

// As many packets as B has posted pages for.
void Rx::take_packets(Cpu& cpu) {
  packets_.clear();
  copies_.clear();
  const std::uint32_t waiting = queue_.skbs.waiting(cpu);
  std::uint32_t room = posted(cpu);
  while (packets_.size() < waiting && room >= net_.options.rx_slots()) {
    const auto ahead = static_cast<std::uint32_t>(packets_.size());
    packets_.push_back({queue_.skbs.peek(cpu, ahead), used_});
    used_ += net_.options.rx_slots();
    room -= net_.options.rx_slots();
    cpu.compute(net_.options.rx_cost());
    add_elements(cpu, packets_.back());
  }
  queue_.skbs.take(cpu, static_cast<std::uint32_t>(packets_.size()));
}

// One element a piece that crosses no page of the source and none of the destination.
void Rx::add_elements(Cpu& cpu, Packet packet) {
  const VifOptions& options = net_.options;
  refs_.clear();
  for (unsigned slot = 0; slot < options.rx_slots(); ++slot) {
    const std::uint32_t index = (packet.first_request + slot) % VifOptions::ring_slots;
    cpu.load(queue_.rx.slot[index].id_offset);
    refs_.push_back(cpu.load(queue_.rx.slot[index].gref));
  }
  const auto dest = [&](unsigned at) {
    return CopyEnd{
        net_.b.id, true, refs_[at / page_bytes], {}, static_cast<std::uint16_t>(at % page_bytes)};
  };
  if (options.rx_header_op) {
    copies_.push_back({{dom0, false, 0, net_.dom0_frame(queue_.number, packet.set, 0), 0},
                       dest(0),
                       VifOptions::header_bytes,
                       {}});
  }
  unsigned to = VifOptions::header_bytes;  // the header comes first in B's page
  for (unsigned page = 0; page < options.tx_pages(); ++page) {
    const unsigned bytes = options.payload_in(page);
    for (unsigned done = 0; done < bytes;) {
      const unsigned room = static_cast<unsigned>(page_bytes - to % page_bytes);
      const unsigned piece = std::min(bytes - done, room);
      copies_.push_back(
          {source_page(packet, page, done), dest(to), static_cast<std::uint16_t>(piece), {}});
      done += piece;
      to += piece;
    }
  }
}

CopyEnd Rx::source_page(const Packet& packet, unsigned page, unsigned offset) const {
  if (!net_.options.map_tx) {
    return {dom0, false, 0, net_.dom0_frame(queue_.number, packet.set, 1 + page),
            static_cast<std::uint16_t>(offset)};
  }
  const unsigned start = page == 0 ? VifOptions::header_bytes : 0;
  return {net_.a.id,
          true,
          net_.a_gref(queue_.number, packet.set, page),
          {},
          static_cast<std::uint16_t>(start + offset)};
}

// B's responses; the last one of a packet says so.
void Rx::deliver(Cpu& cpu, const Packet& packet) {
  for (unsigned slot = 0; slot < net_.options.rx_slots(); ++slot) {
    RxSlot& response = queue_.rx.slot[(packet.first_request + slot) % VifOptions::ring_slots];
    cpu.store(response.id_offset, packet.first_request + slot);
    cpu.store(response.gref, slot + 1 == net_.options.rx_slots() ? 1u : 0u);
  }
  ++delivered_;
  ++net_.delivered;
  if (cpu.now() >= net_.window_begin() && cpu.now() < net_.window_end()) {
    ++net_.counted;
    net_.latency_ns.add((cpu.now() - queue_.skb[packet.set].posted_at).ps / 1000);
  }
  cpu.progress();
}

// The packet is freed: its pages may be unmapped, or used for another packet.
void Rx::release(Cpu& cpu, const Packet& packet) {
  if (!net_.options.map_tx) {
    queue_.free_frames.put(cpu, packet.set);
    return;
  }
  for (unsigned page = 0; page < net_.options.tx_pages(); ++page) {
    queue_.dealloc.put(cpu, queue_.skb[packet.set].first_slot + page);
  }
}

}  // namespace

std::unique_ptr<VifContext> make_rx(VifNet& net, VifQueue& queue) {
  return std::make_unique<Rx>(net, queue);
}

}  // namespace hvsim
