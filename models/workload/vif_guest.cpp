// The two guests at the ends: A writes, grants and posts packets, B posts pages and takes packets.
//
// Only what touches memory that dom0 or the hypervisor touches is done: A writes every payload
// byte (so its lines are fresh in A's caches), both write shared grant entries and rings and take
// grants back. What a guest's own network code costs is left out; so does B not read what it got.
#include "models/workload/vif_context.hpp"

namespace hvsim {

namespace {

class GuestA : public VifContext {
 public:
  using VifContext::VifContext;

  bool ready(Cpu& cpu) override {
    return cpu.load(queue_.tx.index.response_producer) != taken_back_ || may_send(cpu) ||
           may_close(cpu);
  }
  Time offered() const override { return queue_.tx_answered_at; }
  void step(Cpu& cpu) override;

 private:
  std::uint32_t packets_back() const { return taken_back_ / net_.options.tx_slots(); }
  bool may_send(Cpu& cpu) const {
    return cpu.now() < net_.window_end() && sent_ - packets_back() < net_.options.window;
  }
  bool may_close(Cpu& cpu) const {
    return open_ && cpu.now() >= net_.window_end() && sent_ == packets_back();
  }
  void take_back(Cpu& cpu);
  void send(Cpu& cpu);

  std::uint32_t posted_ = 0;      // ring slots
  std::uint32_t sent_ = 0;        // packets
  std::uint32_t taken_back_ = 0;  // responses
  bool open_ = true;
};

void GuestA::step(Cpu& cpu) {
  take_back(cpu);
  const std::uint32_t before = posted_;
  while (may_send(cpu)) {
    send(cpu);
  }
  if (posted_ != before) {
    cpu.store(queue_.tx.index.request_producer, posted_);
    wake(cpu, VifRole::napi);
  }
  if (may_close(cpu)) {
    open_ = false;
    cpu.store(queue_.closed, sent_ + 1);
    queue_.closed_at = cpu.now();
    wake(cpu, VifRole::rx);
  }
}

// Revokes the grant of every answered slot: from then on the page is A's alone.
void GuestA::take_back(Cpu& cpu) {
  const std::uint32_t answered = cpu.load(queue_.tx.index.response_producer);
  for (; taken_back_ != answered; ++taken_back_) {
    TxSlot& slot = queue_.tx.slot[taken_back_ % VifOptions::ring_slots];
    cpu.load(slot.id_size);
    const unsigned page = taken_back_ % net_.options.tx_slots();
    if (page >= net_.options.tx_pages()) {
      continue;
    }
    const unsigned set = packets_back() % VifOptions::page_sets;
    SharedEntry& entry = net_.a.grants->shared(net_.a_gref(queue_.number, set, page));
    if (!revoke_access(cpu, entry)) {
      cpu.violated("DP-2", "A was answered, but dom0 still uses the grant", &entry.flags_domid);
    }
  }
}

// Writes a packet into the next set of pages, grants them and fills the slots.
void GuestA::send(Cpu& cpu) {
  const VifOptions& options = net_.options;
  const unsigned queue = queue_.number;
  const unsigned set = sent_ % VifOptions::page_sets;
  for (unsigned page = 0; page < options.tx_slots(); ++page) {
    TxSlot& slot = queue_.tx.slot[posted_++ % VifOptions::ring_slots];
    if (page >= options.tx_pages()) {
      cpu.store(slot.gref, 0);
      cpu.store(slot.offset_flags, 0);
      cpu.store(slot.id_size, 0);
      continue;
    }
    const unsigned bytes = options.payload_in(page) + (page == 0 ? VifOptions::header_bytes : 0);
    cpu.clear(net_.a_address(queue, set, page), bytes);
    const GrantRef ref = net_.a_gref(queue, set, page);
    grant_access(cpu, net_.a.grants->shared(ref), dom0, net_.a_frame(queue, set, page), true);
    cpu.store(slot.gref, ref);
    cpu.store(slot.offset_flags, 0);
    cpu.store(slot.id_size, bytes);
  }
  queue_.posted_at[set] = cpu.now();
  ++sent_;
  ++net_.sent;
}

class GuestB : public VifContext {
 public:
  using VifContext::VifContext;

  bool ready(Cpu& cpu) override {
    return posted_ == 0 || cpu.load(queue_.rx.index.response_producer) != queue_.rx_taken;
  }
  Time offered() const override { return queue_.rx_answered_at; }
  void step(Cpu& cpu) override;

 private:
  void post(Cpu& cpu);

  std::uint32_t posted_ = 0;  // requests
};

void GuestB::step(Cpu& cpu) {
  const std::uint32_t ready = cpu.load(queue_.rx.index.response_producer);
  for (; queue_.rx_taken != ready; ++queue_.rx_taken) {
    RxSlot& slot = queue_.rx.slot[queue_.rx_taken % VifOptions::ring_slots];
    cpu.load(slot.id_offset);
    queue_.rx_received += cpu.load(slot.gref);
    SharedEntry& entry = net_.b.grants->shared(net_.b_gref(queue_.number, queue_.rx_taken));
    if (!revoke_access(cpu, entry)) {
      cpu.violated("DP-2", "B was answered, but dom0 still uses the grant", &entry.flags_domid);
    }
  }
  while (posted_ - queue_.rx_taken < net_.b_pages_a_queue()) {
    post(cpu);
  }
  cpu.store(queue_.rx.index.request_producer, posted_);
  queue_.rx_posted_at = cpu.now();
  wake(cpu, VifRole::rx);
}

void GuestB::post(Cpu& cpu) {
  const GrantRef ref = net_.b_gref(queue_.number, posted_);
  RxSlot& slot = queue_.rx.slot[posted_ % VifOptions::ring_slots];
  grant_access(cpu, net_.b.grants->shared(ref), dom0, net_.b_frame(queue_.number, posted_), false);
  cpu.store(slot.id_offset, posted_);
  cpu.store(slot.gref, ref);
  ++posted_;
}

}  // namespace

std::unique_ptr<VifContext> make_guest_a(VifNet& net, VifQueue& queue) {
  return std::make_unique<GuestA>(net, queue);
}

std::unique_ptr<VifContext> make_guest_b(VifNet& net, VifQueue& queue) {
  return std::make_unique<GuestB>(net, queue);
}

}  // namespace hvsim
