#include "sim/hw/metrics.hpp"

#include <bit>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

constexpr unsigned sub_bits = 5;  // 32 buckets a power of two
constexpr std::uint64_t sub_buckets = 1u << sub_bits;

// Values below 32 have a bucket each; above, the top five bits after the leading one choose.
std::size_t bucket_of(std::uint64_t value) {
  if (value < sub_buckets) {
    return value;
  }
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
  return (shift + 1) * sub_buckets + ((value >> shift) - sub_buckets);
}

std::int64_t upper_bound_of(std::size_t bucket) {
  if (bucket < sub_buckets) {
    return static_cast<std::int64_t>(bucket);
  }
  const std::size_t shift = bucket / sub_buckets - 1;
  const std::uint64_t first = (bucket % sub_buckets + sub_buckets) << shift;
  return static_cast<std::int64_t>(first + (std::uint64_t{1} << shift) - 1);
}

}  // namespace

void Histogram::add(std::int64_t value, std::uint64_t times) {
  check(value >= 0, "a histogram counts what is not negative");
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(value));
  if (bucket >= counts_.size()) {
    counts_.resize(bucket + 1);
  }
  counts_[bucket] += times;
  count_ += times;
}

std::int64_t Histogram::at_permille(unsigned permille) const {
  check(permille <= 1000, "at most 1000 permille");
  if (count_ == 0) {
    return 0;
  }
  // The smallest value that at least `permille` of the samples do not exceed.
  const std::uint64_t wanted = (count_ * permille + 999) / 1000;
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen > 0 && seen >= wanted) {
      break;
    }
  }
  return upper_bound_of(bucket);
}

std::vector<std::pair<std::int64_t, std::uint64_t>> Histogram::buckets() const {
  std::vector<std::pair<std::int64_t, std::uint64_t>> out;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    if (counts_[bucket] != 0) {
      out.emplace_back(upper_bound_of(bucket), counts_[bucket]);
    }
  }
  return out;
}

void LockStat::acquired(PcpuId cpu, bool contended, Duration wait) {
  const bool bounced = acquisitions > 0 && last_ != cpu;
  ++acquisitions;
  acq_bounces += bounced ? 1 : 0;
  last_ = cpu;
  if (!contended) {
    return;
  }
  ++contentions;
  con_bounces += bounced ? 1 : 0;
  waittime_min = contentions == 1 || wait < waittime_min ? wait : waittime_min;
  waittime_max = wait > waittime_max ? wait : waittime_max;
  waittime_total += wait;
}

void LockStat::released(Duration held) {
  ++releases_;
  holdtime_min = releases_ == 1 || held < holdtime_min ? held : holdtime_min;
  holdtime_max = held > holdtime_max ? held : holdtime_max;
  holdtime_total += held;
}

}  // namespace hvsim
