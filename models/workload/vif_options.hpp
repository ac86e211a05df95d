// What a scenario may say about vif_transfer, and what follows from it for one packet.
#pragma once

#include <string>
#include <vector>

#include "models/workload/workload.hpp"

namespace hvsim {

struct VifOptions {
  explicit VifOptions(const Values& values);

  unsigned queues;
  unsigned window;     // packets in flight a queue
  unsigned skb_bytes;  // payload; the header of 128 bytes comes on top
  bool map_tx;         // guest pages are mapped; else copied on the way in
  bool hvm_guests;
  bool clustered_grefs;
  bool rx_header_op;  // the header reaches B by a copy element of its own
  bool strict_iommu;
  unsigned sockets;     // 0: all
  unsigned dom0_vcpus;  // 0: one on every pCPU in use
  std::string grant_lock;
  std::string p2m_lock;
  std::string scheduler;  // "none": threads are pinned to pCPUs
  unsigned vcpu_pcpus;    // 0: all
  Duration stack_cost;    // of dom0, a packet
  Duration wake_within;
  Duration warm_up;
  Duration duration;

  bool on_vcpus() const { return scheduler != "none"; }
  // Network code in dom0: two parts in five each before and behind the bridge, one frees the
  // packet.
  Duration napi_cost() const { return stack_cost * 2 / 5; }
  Duration rx_cost() const { return stack_cost * 2 / 5; }
  Duration dealloc_cost() const { return stack_cost - napi_cost() - rx_cost(); }

  static constexpr unsigned header_bytes = 128;
  static constexpr unsigned first_page_bytes = 2048;  // payload that shares the header's page
  static constexpr unsigned ring_slots = 256;
  static constexpr unsigned page_sets = 14;  // packets of 18 slots that fit a ring

  unsigned tx_pages() const;  // pages of a packet in A, one ring slot each
  unsigned rx_pages() const;  // pages of a packet in B
  unsigned extra_slots() const { return tx_pages() > 1 ? 1 : 0; }  // GSO's extra-info slot
  unsigned tx_slots() const { return tx_pages() + extra_slots(); }
  unsigned rx_slots() const { return rx_pages() + extra_slots(); }
  // Payload bytes in page `page` of a packet in A.
  unsigned payload_in(unsigned page) const;

  // Lock pairs a packet (table C1 to C3 of the sheet).
  unsigned pairs_on_a() const;
  unsigned pairs_on_b() const;
  unsigned pairs_on_dom0() const { return map_tx ? tx_pages() : 0; }
  unsigned p2m_pairs() const;
};

std::vector<Parameter> vif_parameters();
std::vector<MetricInfo> vif_metrics();

}  // namespace hvsim
