#include "scenarios/run/c2c_report.hpp"

#include <algorithm>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/summary.hpp"

namespace hvsim {
namespace {

constexpr std::size_t shown_lines = 10;
constexpr std::size_t shown_sites = 6;

std::string ns(Duration length) {
  return std::to_string(length / nanoseconds(1));
}

std::vector<std::string> counted(const LineCounts& counts, const std::string& name) {
  return {std::to_string(counts.local_hitm + counts.remote_hitm),
          std::to_string(counts.local_hitm),
          std::to_string(counts.remote_hitm),
          std::to_string(counts.loads),
          std::to_string(counts.stores),
          std::to_string(counts.failed_cmpxchg),
          ns(picoseconds(counts.queued_ps)),
          name};
}

Grid lines_grid(const Row& row) {
  Grid grid;
  for (const char* title :
       {"Tot Hitm", "LclHitm", "RmtHitm", "Loads", "Stores", "Failed cmpxchg", "Queued ns"}) {
    grid.columns.push_back({title, true});
  }
  grid.columns.push_back({"Line, and the places that used it", false});
  for (std::size_t l = 0; l < std::min(shown_lines, row.lines.size()); ++l) {
    const LineReport& line = row.lines[l];
    grid.rows.push_back(counted(line.counts, line.name));
    for (std::size_t s = 0; s < std::min(shown_sites, line.sites.size()); ++s) {
      grid.rows.push_back(counted(line.sites[s].counts, "  " + line.sites[s].place));
    }
  }
  return grid;
}

Grid locks_grid(const Row& row) {
  Grid grid;
  grid.columns.push_back({"class name", false});
  for (const char* title : {"con-bounces", "contentions", "waittime-min", "waittime-max",
                            "waittime-total", "waittime-avg", "acq-bounces", "acquisitions",
                            "holdtime-min", "holdtime-max", "holdtime-total", "holdtime-avg"}) {
    grid.columns.push_back({title, true});
  }
  const auto average = [](Duration total, std::uint64_t times) {
    return ns(times == 0 ? Duration{} : total / static_cast<std::int64_t>(times));
  };
  for (const LockStat& lock : row.locks) {
    if (lock.acquisitions == 0) {
      continue;  // nobody took it, as nothing is said of it in /proc/lock_stat
    }
    grid.rows.push_back(
        {lock.name, std::to_string(lock.con_bounces), std::to_string(lock.contentions),
         ns(lock.waittime_min), ns(lock.waittime_max), ns(lock.waittime_total),
         average(lock.waittime_total, lock.contentions), std::to_string(lock.acq_bounces),
         std::to_string(lock.acquisitions), ns(lock.holdtime_min), ns(lock.holdtime_max),
         ns(lock.holdtime_total), average(lock.holdtime_total, lock.acquisitions)});
  }
  return grid;
}

}  // namespace

std::string c2c_report(const Result& result) {
  std::string text;
  for (const PointRows& point : by_point(result)) {
    const Row& row = *point.rows.front();
    text += "\nLines and locks of " + one_line(cell_text(result.scenario, {row.at, row.seed})) +
            "\n\n";
    text += aligned_text(lines_grid(row));
    const Grid locks = locks_grid(row);
    if (!locks.rows.empty()) {
      text += "\n" + aligned_text(locks);
    }
  }
  return text;
}

}  // namespace hvsim
