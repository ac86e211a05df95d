// One walk over the parts of a row serves both ways: a Packer appends each part it is shown, an
// Unpacker fills it. Numbers are 8 bytes, the lowest first; texts and lists have their length in
// front.
#include "scenarios/run/row_record.hpp"

#include <algorithm>
#include <utility>

namespace hvsim {
namespace {

class Packer {
 public:
  template <class Int>
  void number(const Int& value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (unsigned i = 0; i < 8; ++i, rest >>= 8) {
      bytes_ += static_cast<char>(rest & 0xFF);
    }
  }
  void text(const std::string& value) {
    number(value.size());
    bytes_ += value;
  }
  template <class T, class Each>
  void list(std::vector<T>& items, Each each) {
    number(items.size());
    for (T& item : items) {
      each(item);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(const std::string& bytes) : bytes_(bytes) {}

  template <class Int>
  void number(Int& value) {
    std::uint64_t read = 0;
    const bool there = holds(8);
    for (unsigned i = 0; there && i < 8; ++i) {
      read |= std::uint64_t{static_cast<unsigned char>(bytes_[at_++])} << (8 * i);
    }
    value = static_cast<Int>(read);
  }
  void text(std::string& value) {
    const std::size_t size = length();
    value = bytes_.substr(at_, size);
    at_ += size;
  }
  template <class T, class Each>
  void list(std::vector<T>& items, Each each) {
    // An item takes a byte at least, so a length that is wrong takes no memory.
    const std::size_t size = length();
    for (std::size_t i = 0; i < size && !wrong_; ++i) {
      items.emplace_back();
      each(items.back());
    }
  }
  bool is_whole() const { return !wrong_ && at_ == bytes_.size(); }

 private:
  bool holds(std::uint64_t bytes) {
    wrong_ = wrong_ || bytes > bytes_.size() - at_;
    return !wrong_;
  }
  std::size_t length() {
    std::uint64_t size = 0;
    number(size);
    return holds(size) ? size : 0;
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
  bool wrong_ = false;
};

template <class Io, class T, class Each>
void walk_map(Io& io, std::map<std::string, T>& map, Each each) {
  std::vector<std::pair<std::string, T>> pairs(map.begin(), map.end());
  io.list(pairs, [&](std::pair<std::string, T>& pair) {
    io.text(pair.first);
    each(pair.second);
  });
  map = {pairs.begin(), pairs.end()};
}

// A sample at the upper bound of its bucket lies in that bucket. No bound is below 0.
template <class Io>
void walk(Io& io, Histogram& histogram) {
  auto buckets = histogram.buckets();
  histogram = Histogram();
  io.list(buckets, [&](std::pair<std::int64_t, std::uint64_t>& bucket) {
    io.number(bucket.first);
    io.number(bucket.second);
    histogram.add(std::max<std::int64_t>(0, bucket.first), bucket.second);
  });
}

template <class Io>
void walk(Io& io, Finding& finding) {
  io.text(finding.rule);
  io.text(finding.what);
  io.number(finding.at.ps);
  io.number(finding.pcpu.n);
  io.text(finding.place);
  io.list(finding.verbs, [&](std::string& verb) { io.text(verb); });
}

template <class Io>
void walk(Io& io, LineCounts& counts) {
  io.number(counts.loads);
  io.number(counts.stores);
  io.number(counts.local_hitm);
  io.number(counts.remote_hitm);
  io.number(counts.failed_cmpxchg);
  io.number(counts.queued_ps);
}

template <class Io>
void walk(Io& io, LineReport& line) {
  io.text(line.name);
  io.number(line.address);
  walk(io, line.counts);
  io.list(line.sites, [&](SiteCounts& site) {
    io.text(site.place);
    walk(io, site.counts);
  });
}

template <class Io>
void walk(Io& io, LockStat& lock) {
  io.text(lock.name);
  io.number(lock.con_bounces);
  io.number(lock.contentions);
  io.number(lock.waittime_min.ps);
  io.number(lock.waittime_max.ps);
  io.number(lock.waittime_total.ps);
  io.number(lock.acq_bounces);
  io.number(lock.acquisitions);
  io.number(lock.holdtime_min.ps);
  io.number(lock.holdtime_max.ps);
  io.number(lock.holdtime_total.ps);
}

template <class Io>
void walk(Io& io, Row& row) {
  walk_map(io, row.metrics, [&](std::int64_t& value) { io.number(value); });
  walk_map(io, row.histograms, [&](Histogram& histogram) { walk(io, histogram); });
  io.number(row.digest);
  io.list(row.findings, [&](Finding& finding) { walk(io, finding); });
  io.list(row.lines, [&](LineReport& line) { walk(io, line); });
  io.list(row.locks, [&](LockStat& lock) { walk(io, lock); });
}

}  // namespace

std::string row_record(const Row& row) {
  Row walked = row;
  Packer packer;
  walk(packer, walked);
  return packer.take();
}

std::optional<Row> row_of_record(const std::string& record) {
  Row row;
  Unpacker unpacker(record);
  walk(unpacker, row);
  return unpacker.is_whole() ? std::optional<Row>(std::move(row)) : std::nullopt;
}

}  // namespace hvsim
