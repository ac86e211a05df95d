// Counts what happens to lines, by line and by the place in the algorithm, for LineReport.
//
// Only accesses that leave their core come here, and of those not the lines of bulk copies.
#pragma once

#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/line_report.hpp"
#include "sim/hw/line_states.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

class LineCounters {
 public:
  // The counters of a line for accesses from `where`: add to them.
  LineCounts& at(LineId line, DirectoryEntry& entry, Where where) {
    if (entry.counts != DirectoryEntry::none) [[likely]] {
      for (Site& known : lines_[entry.counts].sites) {
        if (known.where.line == where.line && known.where.file == where.file) {
          return known.counts;
        }
      }
    }
    return add(line, entry, where);
  }

  // Every line with a count, most hitm first, then by address.
  std::vector<LineReport> report(const Memory& memory) const;

 private:
  struct Site {
    Where where;
    LineCounts counts;
  };
  struct Line {
    LineId line;
    std::vector<Site> sites;
  };
  LineCounts& add(LineId line, DirectoryEntry& entry, Where where);

  std::vector<Line> lines_ = std::vector<Line>(1);  // index 0: no counters yet
};

}  // namespace hvsim
