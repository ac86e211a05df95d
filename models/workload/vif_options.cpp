// Parameters of vif_transfer, and the arithmetic of the grant-datapath sheet, section C.
#include "models/workload/vif_options.hpp"

#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/sched/policy.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

VifOptions::VifOptions(const Values& values)
    : queues(values.count("queues")),
      window(values.count("window")),
      skb_bytes(values.count("skb")),
      map_tx(values.choice("tx") == "map"),
      hvm_guests(values.choice("guests") == "hvm"),
      clustered_grefs(values.choice("grefs") == "clustered"),
      rx_header_op(values.flag("rx_header_op")),
      strict_iommu(values.flag("strict_iommu")),
      sockets(values.count("sockets")),
      dom0_vcpus(values.count("dom0_vcpus")),
      grant_lock(values.choice("grant_lock")),
      p2m_lock(values.choice("p2m_lock")),
      scheduler(values.choice("scheduler")),
      vcpu_pcpus(values.count("vcpu_pcpus")),
      stack_cost(values.duration("stack_cost")),
      wake_within(values.duration("wake_within")),
      warm_up(values.duration("warm_up")),
      duration(values.duration("duration")) {}

unsigned VifOptions::tx_pages() const {
  if (skb_bytes <= first_page_bytes) {
    return 1;
  }
  const unsigned rest = skb_bytes - first_page_bytes;
  return 1 + (rest + static_cast<unsigned>(page_bytes) - 1) / static_cast<unsigned>(page_bytes);
}

unsigned VifOptions::rx_pages() const {
  const auto page = static_cast<unsigned>(page_bytes);
  return (header_bytes + skb_bytes + page - 1) / page;
}

unsigned VifOptions::payload_in(unsigned page) const {
  if (page == 0) {
    return skb_bytes < first_page_bytes ? skb_bytes : first_page_bytes;
  }
  const auto whole = static_cast<unsigned>(page_bytes);
  const unsigned before = first_page_bytes + (page - 1) * whole;
  const unsigned left = skb_bytes - before;
  return left < whole ? left : whole;
}

// Mapped: the header copy 2, map 1 a page, the copy to B 2 a page, unmap 2 a page. Copied: 2 a
// page.
unsigned VifOptions::pairs_on_a() const {
  return map_tx ? 2 + 5 * tx_pages() : 2 * tx_pages();
}

// The copy to B, and B's first page once more if the source changes from dom0 to A in between.
unsigned VifOptions::pairs_on_b() const {
  return 2 * (rx_pages() + (rx_header_op && map_tx ? 1 : 0));
}

// A grant's first pin looks up the page: on A for the header and for each slot, on B for each
// page.
unsigned VifOptions::p2m_pairs() const {
  if (!hvm_guests) {
    return 0;
  }
  return tx_pages() + (map_tx ? 1 : 0) + pairs_on_b() / 2;
}

namespace {

std::vector<std::string> none_and_schedulers() {
  std::vector<std::string> names = scheduler_names();
  names.insert(names.begin(), "none");
  return names;
}

}  // namespace

std::vector<Parameter> vif_parameters() {
  using Type = Parameter::Type;
  const auto choice = [](const char* name, const char* fallback, std::vector<std::string> choices,
                         const char* doc) {
    return Parameter{name, Type::choice, 0, 0, 0, fallback, std::move(choices), doc};
  };
  const auto number = [](const char* name, Type type, std::int64_t fallback, std::int64_t least,
                         std::int64_t most, const char* doc) {
    return Parameter{name, type, fallback, least, most, {}, {}, doc};
  };
  const std::int64_t us = microseconds(1).ps;
  return {
      number("queues", Type::count, 16, 1, 64, "queues of the interface"),
      choice("grant_lock", "percpu_rwlock", rwlock_names(), "lock of every grant table"),
      choice("p2m_lock", "word_rwlock", rwlock_names(), "lock of every p2m"),
      number("skb", Type::size, 65'536, 64, 65'536, "payload of a packet"),
      number("window", Type::count, 8, 1, VifOptions::page_sets, "packets in flight a queue"),
      choice("tx", "map", {"map", "copy"}, "how dom0 gets at A's pages"),
      choice("guests", "hvm", {"hvm", "pv"}, "kind of both guests; PV guests have no p2m"),
      choice("grefs", "clustered", {"clustered", "random"},
             "whether the grants of a queue are neighbours in the table"),
      number("rx_header_op", Type::flag, 0, 0, 1,
             "the header reaches B by a copy element of its own, from a frame of dom0"),
      number("strict_iommu", Type::flag, 0, 0, 1,
             "every map and unmap of dom0 updates the IOMMU under both tables' write locks"),
      number("sockets", Type::count, 0, 0, 8, "sockets in use, 0 for all"),
      number(
          "dom0_vcpus", Type::count, 16, 0, 512,
          "vCPUs of dom0, each on a pCPU of its own, 0 for one on every pCPU in use; the guests "
          "run on the other pCPUs, if there are any"),
      choice("scheduler", "none", none_and_schedulers(),
             "none: each thread is pinned to a pCPU; else it is a guest thread on a vCPU of its "
             "own, under this scheduler"),
      number("vcpu_pcpus", Type::count, 0, 0, 512,
             "with a scheduler: pCPUs that run the vCPUs, from number 0 up; 0 for all"),
      number(
          "stack_cost", Type::duration, 20 * us, 0, 1000 * us,
          "dom0's network code a packet, as two fifths before the bridge, two fifths behind it, "
          "one fifth to free the packet"),
      number(
          "wake_within", Type::duration, 20 * us, us, 1'000'000 * us,
          "how long a sleeping pCPU may leave new work, beyond the longest step of any context; "
          "longer under hostile schedules, which hold pCPUs and interrupts up"),
      number("warm_up", Type::duration, 1000 * us, 0, 1'000'000 * us, "time before the window"),
      number("duration", Type::duration, 10'000 * us, us, 1'000'000 * us, "the measured window"),
  };
}

std::vector<MetricInfo> vif_metrics() {
  return {
      {"throughput_mbps", "Mbit/s", "payload that reached B in the window"},
      {"skbs", "1", "packets that reached B in the window"},
      {"grant_a_pairs_per_1000_skbs", "1", "read pairs of A's grant table lock"},
      {"grant_b_pairs_per_1000_skbs", "1", "read pairs of B's grant table lock"},
      {"grant_dom0_pairs_per_1000_skbs", "1", "read pairs of dom0's grant table lock"},
      {"p2m_pairs_per_1000_skbs", "1", "read pairs of the p2m locks of A and B"},
      {"flushes_per_1000_skbs", "1", "TLB flush broadcasts"},
      {"grant_a_lock_permille", "permille",
       "share of all pCPU time spent taking and releasing A's table lock"},
      {"grant_b_lock_permille", "permille", "... B's table lock"},
      {"grant_dom0_lock_permille", "permille", "... dom0's table lock"},
      {"p2m_lock_permille", "permille", "... the p2m locks"},
      {"flush_wait_permille", "permille", "... waiting for the TLB flush lock"},
      {"flush_lock_held_permille", "permille",
       "share of the run that the TLB flush lock was held"},
      {"skb_latency_p50_us", "us", "from A's ring to B's ring, median"},
      {"skb_latency_p99_us", "us", "from A's ring to B's ring, 99 %"},
      {"cpu_busy_permille", "permille", "share of pCPU time not asleep"},
      {"busiest_pcpu_permille", "permille", "the same, of the busiest pCPU"},
      {"napi_ns", "ns", "time in the NAPI context a packet"},
      {"dealloc_ns", "ns", "time in the dealloc context a packet"},
      {"rx_ns", "ns", "time in the RX context a packet"},
      {"guest_a_ns", "ns", "time in guest A a packet"},
      {"guest_b_ns", "ns", "time in guest B a packet"},
      {"map_ns", "ns", "of these, in map hypercalls"},
      {"unmap_ns", "ns", "of these, in unmap hypercalls"},
      {"copy_ns", "ns", "of these, in copy hypercalls"},
      {"flush_ns", "ns", "time of one TLB flush broadcast, waiting for its lock included"},
      {"wakeups_per_1000_skbs", "1", "sleeping pCPUs woken for new work"},
  };
}

}  // namespace hvsim
