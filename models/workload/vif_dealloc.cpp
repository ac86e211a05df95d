// The dealloc thread of vif A: unmaps pages that were sent and answers A (sheet B2, 11 and 12).
#include "models/workload/vif_context.hpp"

namespace hvsim {

namespace {

constexpr std::uint32_t unmap_limit = 256;  // elements an unmap hypercall

class Dealloc : public VifContext {
 public:
  using VifContext::VifContext;

  bool ready(Cpu& cpu) override { return queue_.dealloc.waiting(cpu) != 0; }
  Time offered() const override { return queue_.dealloc.offered(); }
  void step(Cpu& cpu) override;

 private:
  void answer(Cpu& cpu);
  void check_free(Cpu& cpu, std::uint32_t index) const;

  std::uint32_t pages_freed_ = 0;
  std::uint32_t answered_ = 0;
  std::vector<UnmapOp> unmaps_;
};

void Dealloc::step(Cpu& cpu) {
  const VifOptions& options = net_.options;
  const std::uint32_t count = std::min(queue_.dealloc.waiting(cpu), unmap_limit);
  unmaps_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t index = queue_.dealloc.peek(cpu, i) % VifOptions::ring_slots;
    UnmapOp op;
    op.host_page = queue_.number * VifOptions::ring_slots + index;
    op.handle = queue_.handle[index];
    unmaps_.push_back(op);
  }
  queue_.dealloc.take(cpu, count);
  unmap(cpu, unmaps_);
  net_.mapped -= count;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (++pages_freed_ % options.tx_pages() == 0) {
      cpu.compute(options.dealloc_cost());
    }
  }
  answer(cpu);
}

// A response a slot; the extra-info slot of a packet is answered with its first.
void Dealloc::answer(Cpu& cpu) {
  const VifOptions& options = net_.options;
  const std::uint32_t packets = pages_freed_ / options.tx_pages();
  const std::uint32_t answers = packets * options.tx_slots();
  cpu.ghost_point();
  for (std::uint32_t slot = answered_; slot != answers; ++slot) {
    check_free(cpu, slot % VifOptions::ring_slots);
  }
  while (answered_ != answers) {
    const std::uint32_t index = answered_++ % VifOptions::ring_slots;
    cpu.store(queue_.tx.slot[index].id_size, index);
  }
  cpu.store(queue_.tx.index.response_producer, answered_);
  queue_.tx_answered_at = cpu.now();
  wake(cpu, VifRole::guest_a);
}

// DP-2: A may reuse the page at once, so nothing pins it and no mapping of it is left.
void Dealloc::check_free(Cpu& cpu, std::uint32_t index) const {
  const TxSlot& slot = queue_.tx.slot[index];
  const GrantRef ref = slot.gref.peek();
  if (ref == 0) {
    return;  // the extra-info slot
  }
  GrantTable& table = *net_.a.grants;
  if (table.active(ref).pin.peek() != 0 || table.ledger().half_unmapped(ref)) {
    cpu.violated("DP-2", "grant " + std::to_string(ref) + " is given back to A while it is in use",
                 &table.active(ref).pin);
  }
}

}  // namespace

std::unique_ptr<VifContext> make_dealloc(VifNet& net, VifQueue& queue) {
  return std::make_unique<Dealloc>(net, queue);
}

}  // namespace hvsim
