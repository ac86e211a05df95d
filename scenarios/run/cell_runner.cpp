#include "scenarios/run/cell_runner.hpp"

namespace hvsim {

CellRunner cell_runner(bool keep_lines, const RunOptions& options) {
  return [keep_lines, options](const Cell& cell) { return run_cell(cell, keep_lines, options); };
}

}  // namespace hvsim
