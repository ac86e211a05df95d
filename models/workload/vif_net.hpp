// The virtual interface between guests A and B: domains, rings, pages, and where each context
// runs.
//
// What it is: everything that the contexts of vif_transfer share. Plain fields are handed from one
// context to the next through a ring index; the comments say who owns them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/grants/operations.hpp"
#include "models/workload/sleepers.hpp"
#include "models/workload/vif_options.hpp"
#include "models/workload/vif_ring.hpp"
#include "models/workload/vif_vcpus.hpp"

namespace hvsim {

enum class VifRole : std::uint8_t { napi, dealloc, rx, guest_a, guest_b };
inline constexpr unsigned vif_roles = 5;

// One queue of the interface pair: A's TX queue n feeds B's RX queue n.
struct VifQueue {
  VifQueue(Host& host, unsigned number, SocketId node);

  unsigned number;
  TxRing& tx;
  RxRing& rx;
  Handoff skbs;         // NAPI -> RX: page sets, one a packet
  Handoff dealloc;      // RX -> dealloc: ring slots whose page is free to be unmapped
  Handoff free_frames;  // RX -> NAPI: dom0's page sets, if packets are copied on the way in
  Shared<std::uint32_t>& closed;         // A -> RX: packets sent in all, and 1; 0: still sending
  std::array<PcpuId, vif_roles> pcpu{};  // where each context of this queue runs ...
  std::array<unsigned, vif_roles> worker{};  // ... and in which worker

  struct Skb {                // dom0's packet, by page set; owned by whoever holds the packet
    unsigned first_slot = 0;  // in A's ring
    Time posted_at{};
  };
  std::array<Skb, VifOptions::page_sets> skb{};
  std::array<Handle, VifOptions::ring_slots>
      handle{};  // NAPI fills in, dealloc uses; by ring slot
  std::array<Time, VifOptions::page_sets> posted_at{};  // A fills in, by A's page set
  // Ghost: when dom0 last answered A and B, when B last posted pages, when A sent its last packet.
  Time tx_answered_at{};
  Time rx_answered_at{};
  Time rx_posted_at{};
  Time closed_at{};
  std::uint32_t rx_taken = 0;     // responses that B has taken
  std::uint64_t rx_received = 0;  // ghost: packets that were in them
};

class VifNet {
 public:
  VifNet(Host& host, const VifOptions& options, const std::vector<PcpuId>& dom0_pcpus);

  // A page of A's or B's, by queue, page set and page; the grant of it.
  GrantRef a_gref(unsigned queue, unsigned set, unsigned page) const {
    return a_grefs_[a_page(queue, set, page)];
  }
  GrantRef b_gref(unsigned queue, unsigned request) const {
    return b_grefs_[b_page(queue, request)];
  }
  std::uint32_t a_frame(unsigned queue, unsigned set, unsigned page) const {
    return a_base_ + a_page(queue, set, page);
  }
  std::uint32_t b_frame(unsigned queue, unsigned request) const {
    return b_base_ + b_page(queue, request);
  }
  Address a_address(unsigned queue, unsigned set, unsigned page) const;
  // A frame of dom0: page 0 is the header's, the others hold a copied packet.
  Gfn dom0_frame(unsigned queue, unsigned set, unsigned page) const;
  // The worker of that context, if it sleeps.
  void wake(Cpu& cpu, const VifQueue& queue, VifRole role);
  // Sleeps until woken, unless `ready` finds work; returns how long.
  Duration sleep(Cpu& cpu, unsigned worker, const std::function<bool(Cpu&)>& ready);
  // The body of a hypercall, which pays for the way in and out.
  void in_hypervisor(Cpu& cpu, const std::function<void(Cpu&)>& body);
  std::uint64_t wakeups() const { return vcpus ? vcpus->wakeups() : sleepers.wakeups(); }

  // RX requests of a queue go round this many pages of B.
  unsigned b_pages_a_queue() const { return VifOptions::page_sets * options.rx_slots(); }

  const VifOptions options;
  Host& host;
  Hypervisor hypervisor;
  GrantOperations grants;
  Sleepers sleepers;
  Domain& dom0_domain;
  Domain& a;
  Domain& b;
  std::vector<std::unique_ptr<VifQueue>> queues;
  std::unique_ptr<VifVcpus> vcpus;     // null: workers are pinned
  Shared<std::uint32_t>& open_queues;  // queues whose last packet is not yet through

  // Ghost totals and measurements.
  Time window_begin() const { return Time{} + options.warm_up; }
  Time window_end() const { return window_begin() + options.duration; }
  std::uint64_t sent = 0;       // by A
  std::uint64_t delivered = 0;  // into B's rings
  std::uint64_t counted = 0;    // delivered in the window
  std::uint64_t mapped = 0;     // slots mapped now
  Duration map_time{};
  Duration unmap_time{};
  Duration copy_time{};
  Histogram latency_ns;

 private:
  unsigned a_page(unsigned queue, unsigned set, unsigned page) const {
    return (queue * VifOptions::page_sets + set) * options.tx_pages() + page;
  }
  unsigned b_page(unsigned queue, unsigned request) const {
    return queue * b_pages_a_queue() + request % b_pages_a_queue();
  }
  void give_frames(Domain& guest, unsigned pages_a_queue, std::uint32_t& base,
                   std::vector<GrantRef>& grefs, std::uint64_t stream);
  Domain& add_guest(const std::string& name, unsigned pages);

  std::vector<GrantRef> a_grefs_;  // by page
  std::vector<GrantRef> b_grefs_;
  std::vector<Mfn> a_mfns_;
  std::uint32_t a_base_ = 0;  // a guest's frame number of its page 0
  std::uint32_t b_base_ = 0;
  Mfn dom0_first_{};
};

}  // namespace hvsim
