// A small machine in round numbers, made by hand so that tests of models need no files: 2 sockets
// of 4 cores at 1 GHz, one thread a core.
#pragma once

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

inline MachineSpec toy_machine() {
  const auto ns = [](std::int64_t n) {
    const Duration price = nanoseconds(n);
    return Sourced<Duration>{price, price, price, "chosen for tests"};
  };
  const auto limit = [](std::int64_t n) {
    return Sourced<std::int64_t>{n, n, n, "chosen for tests"};
  };
  MachineSpec spec;
  spec.name = "toy";
  spec.title = "2 sockets of 4 cores";
  spec.sockets = 2;
  spec.cores_per_socket = 4;
  spec.threads_per_core = 1;
  spec.clock_khz = 1'000'000;
  spec.l1 = {2048, 2};
  spec.l2 = {8192, 4};
  spec.l3 = {65536, 8};
  Prices& price = spec.prices;
  price.l1_hit = ns(2);
  price.l2_hit = ns(5);
  price.l3_hit = ns(20);
  price.l3_request = ns(10);
  price.clean_same = ns(30);
  price.dirty_same = ns(40);
  price.clean_remote = ns(80);
  price.dirty_remote = ns(100);
  price.hand_over_same = ns(40);
  price.hand_over_remote = ns(100);
  price.dram_local = ns(100);
  price.dram_remote = ns(150);
  price.hop = ns(50);
  price.locked_rmw = ns(10);
  price.store = ns(1);
  price.fence = ns(20);
  price.pause = ns(5);
  price.copy_line = ns(2);
  price.hypercall = ns(100);
  price.syscall = ns(40);
  price.sysret = ns(30);
  price.tlb_flush = ns(100);
  price.cr3_write = ns(80);
  price.invlpg = ns(200);
  price.tlb_flush_all = ns(900);
  price.tlb_hit = ns(1);
  price.page_walk = ns(6);
  price.ipi_send = ns(100);
  price.ipi_delivery = ns(500);
  price.interrupt = ns(500);
  price.timer_set = ns(150);
  price.context_switch = ns(700);
  price.xapic_access = ns(50);
  spec.hand_over = HandOver::local_first;
  spec.hand_over_source = "chosen for tests";
  spec.apic_source = "chosen for tests";
  spec.store_buffer_entries = limit(8);
  spec.line_fill_buffers = limit(4);
  spec.tlb_sets = limit(8);
  spec.tlb_ways = limit(2);
  spec.dram_bytes_per_second = limit(10'000'000'000);
  spec.link_bytes_per_second = limit(5'000'000'000);
  spec.loaded_latency = {{1'000'000'000, nanoseconds(100)}, {10'000'000'000, nanoseconds(300)}};
  spec.loaded_latency_source = "chosen for tests";
  spec.links = {{0, 1}};
  return spec;
}

}  // namespace hvsim
