#include "sim/hw/line_counters.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace hvsim {
namespace {

std::uint64_t hitm(const LineCounts& counts) {
  return counts.local_hitm + counts.remote_hitm;
}

void add_to(LineCounts& sum, const LineCounts& part) {
  sum.loads += part.loads;
  sum.stores += part.stores;
  sum.local_hitm += part.local_hitm;
  sum.remote_hitm += part.remote_hitm;
  sum.failed_cmpxchg += part.failed_cmpxchg;
  sum.queued_ps += part.queued_ps;
}

}  // namespace

LineCounts& LineCounters::add(LineId line, DirectoryEntry& entry, Where where) {
  if (entry.counts == DirectoryEntry::none) {
    entry.counts = static_cast<std::uint32_t>(lines_.size());
    lines_.push_back({line, {}});
  }
  return lines_[entry.counts].sites.emplace_back(Site{where, {}}).counts;
}

std::vector<LineReport> LineCounters::report(const Memory& memory) const {
  std::vector<LineReport> reports;
  for (std::size_t i = 1; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    LineReport report;
    report.address = std::uint64_t{line.line.n} * line_bytes;
    report.name = memory.name_of(report.address);
    // The same file may be known by several pointers: one a translation unit.
    std::map<std::string, LineCounts> places;
    for (const Site& site : line.sites) {
      add_to(report.counts, site.counts);
      add_to(places[site.where.text()], site.counts);
    }
    for (const auto& [place, counts] : places) {
      report.sites.push_back({place, counts});
    }
    std::stable_sort(report.sites.begin(), report.sites.end(),
                     [](const auto& a, const auto& b) { return hitm(a.counts) > hitm(b.counts); });
    reports.push_back(std::move(report));
  }
  std::stable_sort(reports.begin(), reports.end(), [](const LineReport& a, const LineReport& b) {
    return std::tuple(hitm(b.counts), a.address) < std::tuple(hitm(a.counts), b.address);
  });
  return reports;
}

}  // namespace hvsim
