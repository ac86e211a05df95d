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
  // The counters of a line, for an access from `where`: add to what they point to.
  struct Pair {
    LineCounts& line;
    LineCounts& site;
  };
  Pair at(LineId line, DirectoryEntry& entry, Where where);

  // Every line with a count, most hitm first, then by address.
  std::vector<LineReport> report(const Memory& memory) const;

 private:
  struct Site {
    Where where;
    LineCounts counts;
  };
  struct Line {
    LineId line;
    LineCounts counts;
    std::vector<Site> sites;
  };
  std::vector<Line> lines_ = std::vector<Line>(1);  // index 0: no counters yet
};

}  // namespace hvsim
