// What a run counts: whole numbers by name, histograms, and one row a lock.
//
// A metric's name ends in its unit (throughput_mbps, p99_wait_ns, share_permille) unless it is a
// plain count. Ratios are permille or an integer scaled by its unit: rendering divides last.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

// A log-linear histogram of non-negative integers: 32 buckets a power of two, so a reported value
// is at most 1/32 above the true one. Merging is exact.
class Histogram {
 public:
  void add(std::int64_t value, std::uint64_t times = 1);
  std::uint64_t count() const { return count_; }
  // The upper bound of the bucket that holds the sample of that rank; 0 if empty.
  std::int64_t at_permille(unsigned permille) const;
  // Every bucket that is not empty: its upper bound (inclusive) and its count.
  std::vector<std::pair<std::int64_t, std::uint64_t>> buckets() const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
};

// The columns of Linux's /proc/lock_stat, one row a named lock; times in simulated nanoseconds
// when shown, picoseconds here. A "bounce" is an acquisition by another pCPU than the one before.
struct LockStat {
  std::string name;
  std::uint64_t con_bounces = 0;
  std::uint64_t contentions = 0;  // acquisitions that found it held or had to try more than once
  Duration waittime_min{};
  Duration waittime_max{};
  Duration waittime_total{};
  std::uint64_t acq_bounces = 0;
  std::uint64_t acquisitions = 0;
  Duration holdtime_min{};
  Duration holdtime_max{};
  Duration holdtime_total{};

  // Accounts one acquisition by `cpu` that waited `wait`.
  void acquired(PcpuId cpu, bool contended, Duration wait);
  void released(Duration held);

 private:
  PcpuId last_{~0u};
  std::uint64_t releases_ = 0;
};

class Metrics {
 public:
  void set(const std::string& name, std::int64_t value) { values_[name] = value; }
  void add(const std::string& name, std::int64_t value) { values_[name] += value; }
  Histogram& histogram(const std::string& name) { return histograms_[name]; }

  const std::map<std::string, std::int64_t>& values() const { return values_; }
  const std::map<std::string, Histogram>& histograms() const { return histograms_; }

 private:
  std::map<std::string, std::int64_t> values_;
  std::map<std::string, Histogram> histograms_;
};

}  // namespace hvsim
