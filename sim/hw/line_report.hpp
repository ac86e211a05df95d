// What happened to a cache line, in the columns of `perf c2c report`, and to the whole machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hvsim {

// A "hitm" is a demand access that found the line modified in another core's cache.
struct LineCounts {
  std::uint64_t loads = 0;        // that left the core
  std::uint64_t stores = 0;       // stores and locked operations that left the core
  std::uint64_t local_hitm = 0;   // the other core is in the same socket
  std::uint64_t remote_hitm = 0;  // ... in another socket
  std::uint64_t failed_cmpxchg = 0;
  std::int64_t queued_ps = 0;  // time that accesses waited for the line in all
};

struct SiteCounts {
  std::string place;  // file:line of the verb
  LineCounts counts;
};

struct LineReport {
  std::string name;  // "grant_table[1].lock"
  std::uint64_t address = 0;
  LineCounts counts;
  std::vector<SiteCounts> sites;  // most hitm first, then by place
};

// Machine-wide counts.
struct Traffic {
  std::uint64_t local_transfers = 0;   // lines from core to core inside a socket
  std::uint64_t remote_transfers = 0;  // lines (and invalidations) between sockets
  std::uint64_t dram_reads = 0;        // lines
  std::uint64_t dram_writes = 0;
  std::uint64_t locked_ops = 0;
  std::uint64_t failed_cmpxchg = 0;
  std::uint64_t ipis = 0;
  std::vector<std::int64_t> link_busy_ps;     // one a direction of a link: bytes moved x price
  std::vector<std::int64_t> channel_busy_ps;  // one a socket's memory channels
};

}  // namespace hvsim
