// A machine as data: its shape, and the price of everything, each with its source and its band.
//
// Filled from models/machines/*.json by the scenarios layer. One field a price: the tables at the
// end are what the reader, the JSON Schema, `hvsim machine show` and a scenario's "prices" go by.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace hvsim {

// A published number: what we use, how far off it may be, and who said so.
template <class T>
struct Sourced {
  T value{};
  T low{};
  T high{};
  std::string source;
};

struct CacheShape {
  std::uint64_t bytes = 0;
  unsigned ways = 0;
};

// Latencies of a lone access, from the core to the data, unless said otherwise.
struct Prices {
  Sourced<Duration> l1_hit;
  Sourced<Duration> l2_hit;
  Sourced<Duration> l3_hit;        // in this socket's L3, no other core asked
  Sourced<Duration> l3_request;    // of that: the way from the core to the line's place in the L3
  Sourced<Duration> clean_same;    // clean line in another core of the socket
  Sourced<Duration> dirty_same;    // dirty line in another core of the socket
  Sourced<Duration> clean_remote;  // clean line in another socket, a hop away
  Sourced<Duration> dirty_remote;  // dirty line in another socket, a hop away
  Sourced<Duration> hand_over_same;    // ownership, owner to waiter, one way, as in CAS ping-pong
  Sourced<Duration> hand_over_remote;  // the same between two sockets
  Sourced<Duration> dram_local;
  Sourced<Duration> dram_remote;  // memory of a socket a hop away
  Sourced<Duration> hop;          // what each further hop adds
  Sourced<Duration> locked_rmw;   // locked instruction on an owned line
  Sourced<Duration> store;        // issue of a store into the store buffer
  Sourced<Duration> fence;        // mfence, store buffer empty
  Sourced<Duration> pause;
  Sourced<Duration> copy_line;       // copy of one line that is in L1, source and destination
  Sourced<Duration> hypercall;       // entry and exit
  Sourced<Duration> syscall;         // entry alone
  Sourced<Duration> sysret;          // exit alone
  Sourced<Duration> tlb_flush;       // cr3 write that drops the translations
  Sourced<Duration> cr3_write;       // cr3 write that keeps them
  Sourced<Duration> invlpg;          // drops one page
  Sourced<Duration> tlb_flush_all;   // drops global pages, too
  Sourced<Duration> tlb_hit;         // a translation that is kept
  Sourced<Duration> page_walk;       // one that is not, beside the loads of the entries
  Sourced<Duration> ipi_send;        // sender's cost a target, by x2APIC
  Sourced<Duration> ipi_delivery;    // from the send to the first instruction of the handler
  Sourced<Duration> interrupt;       // entry, EOI and return, on the receiver
  Sourced<Duration> timer_set;       // programming the local timer
  Sourced<Duration> context_switch;  // saving and restoring the registers of two vCPUs
  Sourced<Duration> xapic_access;    // what a register of the LAPIC costs more through memory
};

enum class HandOver : std::uint8_t { fifo, local_first, local_first_retry };

// How software talks to the LAPIC: by model-specific registers, or by a page of memory.
enum class ApicMode : std::uint8_t { x2apic, xapic };

struct MachineSpec {
  std::string name;
  std::string title;
  unsigned sockets = 0;
  unsigned cores_per_socket = 0;
  unsigned threads_per_core = 0;
  std::int64_t clock_khz = 0;
  std::string shape_source;  // of the four above
  CacheShape l1;
  CacheShape l2;
  CacheShape l3;  // a socket's whole L3
  std::string caches_source;
  Prices prices;
  HandOver hand_over = HandOver::fifo;
  std::string hand_over_source;
  ApicMode apic = ApicMode::x2apic;
  std::string apic_source;
  Sourced<std::int64_t> store_buffer_entries;
  Sourced<std::int64_t> line_fill_buffers;  // misses one core keeps in flight
  Sourced<std::int64_t> tlb_sets;           // of a hardware thread
  Sourced<std::int64_t> tlb_ways;
  Sourced<std::int64_t> dram_bytes_per_second;  // a socket's memory channels, reads
  Sourced<std::int64_t> link_bytes_per_second;  // one direction of the way between two sockets
  // Latency of a local DRAM read against the load on a socket's channels, rising in both.
  std::vector<std::pair<std::int64_t, Duration>> loaded_latency;
  std::string loaded_latency_source;
  std::vector<std::pair<unsigned, unsigned>> links;  // sockets joined by a link

  unsigned cores() const { return sockets * cores_per_socket; }
  unsigned pcpus() const { return cores() * threads_per_core; }
};

struct PriceField {
  const char* name;  // as in the JSON
  const char* meaning;
  Sourced<Duration> Prices::*price;
};
std::span<const PriceField> price_fields();

struct LimitField {
  const char* name;
  const char* unit;  // "" for a count, "B/s" for a rate
  const char* meaning;
  Sourced<std::int64_t> MachineSpec::*limit;
};
std::span<const LimitField> limit_fields();

struct HandOverName {
  const char* name;
  const char* meaning;
  HandOver policy;
};
std::span<const HandOverName> hand_over_names();

struct ApicName {
  const char* name;
  const char* meaning;
  ApicMode mode;
};
std::span<const ApicName> apic_names();

}  // namespace hvsim
