// Conservation, the table of lock pairs, and metrics of a virtual interface.
#include "models/workload/vif_measure.hpp"

#include <algorithm>

namespace hvsim {

namespace {

std::int64_t per(std::uint64_t count, std::uint64_t packets, std::int64_t scale) {
  return packets == 0
             ? 0
             : static_cast<std::int64_t>(count) * scale / static_cast<std::int64_t>(packets);
}

std::uint64_t p2m_pairs(const VifNet& net) {
  return net.a.p2m ? net.a.p2m->lock().read_pairs() + net.b.p2m->lock().read_pairs() : 0;
}

// Counts the packets in B's ring that B has not taken, from the responses in memory.
std::uint64_t packets_in_ring(const VifQueue& queue) {
  std::uint64_t packets = 0;
  const std::uint32_t end = queue.rx.index.response_producer.peek();
  for (std::uint32_t i = queue.rx_taken; i != end; ++i) {
    packets += queue.rx.slot[i % VifOptions::ring_slots].gref.peek();
  }
  return packets;
}

// DP-4: the model takes as many lock pairs as the table in the sheet says.
void check_pairs(Cpu& cpu, const VifNet& net) {
  const VifOptions& options = net.options;
  const auto expect = [&](const RwLock& lock, std::uint64_t pairs, unsigned a_packet) {
    if (pairs != net.sent * a_packet) {
      cpu.violated("DP-4",
                   lock.name() + " was taken " + std::to_string(pairs) + " times for " +
                       std::to_string(net.sent) + " packets, not " + std::to_string(a_packet) +
                       " times each",
                   &lock.words().word);
    }
  };
  const auto table = [](const Domain& domain) -> const RwLock& { return domain.grants->lock(); };
  expect(table(net.a), table(net.a).read_pairs(), options.pairs_on_a());
  expect(table(net.b), table(net.b).read_pairs(), options.pairs_on_b());
  expect(table(net.dom0_domain), table(net.dom0_domain).read_pairs(), options.pairs_on_dom0());
  if (net.a.p2m) {
    expect(net.a.p2m->lock(), p2m_pairs(net), options.p2m_pairs());
  }
}

}  // namespace

void check_vif(Cpu& cpu, VifNet& net) {
  std::uint64_t received = 0;
  std::uint64_t in_rings = 0;  // delivered, but B has not looked yet
  for (const std::unique_ptr<VifQueue>& queue : net.queues) {
    received += queue->rx_received;
    in_rings += packets_in_ring(*queue);
  }
  if (net.sent != net.delivered || net.delivered != received + in_rings) {
    cpu.violated("DP-1",
                 "A sent " + std::to_string(net.sent) + " packets, " +
                     std::to_string(net.delivered) + " reached B's rings, B took " +
                     std::to_string(received) + " and " + std::to_string(in_rings) +
                     " are left in its rings",
                 &net.open_queues);
  }
  const unsigned handles = net.dom0_domain.grants->maptrack().in_use();
  if (handles != net.mapped) {
    cpu.violated("DP-5",
                 "dom0 has " + std::to_string(handles) + " handles for " +
                     std::to_string(net.mapped) + " mapped slots",
                 &net.dom0_domain.grants->header());
  }
  check_pairs(cpu, net);
  net.hypervisor.check(cpu);
}

void measure_vif(Metrics& metrics, VifNet& net, const VifTimes& times) {
  const std::uint64_t packets = net.sent;
  const auto pairs = [&](const char* name, std::uint64_t count) {
    metrics.set(name, per(count, packets, 1000));
  };
  const std::int64_t bits = static_cast<std::int64_t>(net.counted) * net.options.skb_bytes * 8;
  metrics.set("throughput_mbps", bits * 1000 / (net.options.duration.ps / 1000));
  metrics.set("skbs", static_cast<std::int64_t>(net.counted));
  pairs("grant_a_pairs_per_1000_skbs", net.a.grants->lock().read_pairs());
  pairs("grant_b_pairs_per_1000_skbs", net.b.grants->lock().read_pairs());
  pairs("grant_dom0_pairs_per_1000_skbs", net.dom0_domain.grants->lock().read_pairs());
  pairs("p2m_pairs_per_1000_skbs", p2m_pairs(net));
  const TlbShootdown& tlb = net.hypervisor.tlb();
  pairs("flushes_per_1000_skbs", tlb.broadcasts());
  pairs("wakeups_per_1000_skbs", net.wakeups());

  const auto share = [&](const char* name, Duration part, Duration whole) {
    metrics.set(name, whole.ps == 0 ? 0 : part.ps / (std::max<std::int64_t>(whole.ps / 1000, 1)));
  };
  const Duration all = times.run * times.pcpus;
  share("grant_a_lock_permille", net.a.grants->lock_time(), all);
  share("grant_b_lock_permille", net.b.grants->lock_time(), all);
  share("grant_dom0_lock_permille", net.dom0_domain.grants->lock_time(), all);
  const auto p2m_time = [](const Domain& guest) {
    return guest.p2m ? guest.p2m->lock_time() : Duration{};
  };
  share("p2m_lock_permille", p2m_time(net.a) + p2m_time(net.b), all);
  const LockStat& flush = net.host.lock_stat("flush_lock");
  share("flush_wait_permille", flush.waittime_total, all);
  share("flush_lock_held_permille", flush.holdtime_total, times.run);
  share("cpu_busy_permille", times.busy, all);
  share("busiest_pcpu_permille", times.busiest, times.run);

  metrics.histogram("skb_latency_ns") = net.latency_ns;
  metrics.set("skb_latency_p50_us", net.latency_ns.at_permille(500) / 1000);
  metrics.set("skb_latency_p99_us", net.latency_ns.at_permille(990) / 1000);
  const auto time_each = [&](const char* name, Duration time, std::uint64_t count) {
    metrics.set(name, count == 0 ? 0 : (time / static_cast<std::int64_t>(count)).ps / 1000);
  };
  static constexpr const char* role_names[vif_roles] = {"napi_ns", "dealloc_ns", "rx_ns",
                                                        "guest_a_ns", "guest_b_ns"};
  for (unsigned role = 0; role < vif_roles; ++role) {
    time_each(role_names[role], times.by_role[role], packets);
  }
  time_each("map_ns", net.map_time, packets);
  time_each("unmap_ns", net.unmap_time, packets);
  time_each("copy_ns", net.copy_time, packets);
  time_each("flush_ns", tlb.broadcast_time(), tlb.broadcasts());
}

}  // namespace hvsim
