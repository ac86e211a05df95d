// Runs every cell of a scenario, several at once.
//
// What it guarantees: rows come in the order of cells_of() (cells.hpp), whatever finished first,
// and do not depend on the number of jobs. When told to stop, no new cell is begun, cells under
// way are finished, and the rows there are come back. No exception crosses a thread unhandled: of
// several failed cells, the first that was begun is reported: the same for any number of jobs.
// Errors: BadInput (problem.hpp) if a cell's values do not fit together or do not fit the machine,
// if it reached a limit (limits.hpp) or the end of the engine's clock; CannotWrite and
// std::bad_alloc as they were thrown; InternalError for anything else that a cell threw, naming
// the cell.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/result.hpp"
#include "scenarios/run/run_cell.hpp"

namespace hvsim {

// Told of cells as they begin and end; calls come one at a time, from any thread. Must not throw.
class SweepObserver {
 public:
  virtual ~SweepObserver() = default;
  virtual void begun(const CellPlace& cell) = 0;
  virtual void ended(const CellPlace& cell) = 0;
};

struct SweepOptions {
  unsigned jobs = 1;                        // threads, at least one
  const std::atomic<bool>* stop = nullptr;  // set from elsewhere: begin no more cells
  SweepObserver* observer = nullptr;
  bool reversed = false;  // begin with the last cell: the same rows
};

using CellRunner = std::function<CellOutcome(const Cell&)>;

struct SweepOutcome {
  std::vector<Row> rows;
  std::size_t cells = 0;  // as asked
  HostCost cost;          // summed over the cells; no host time
};

SweepOutcome run_sweep(const Scenario& scenario, const CellRunner& runner,
                       const SweepOptions& options);

}  // namespace hvsim
