// The journal of a sweep: each cell's row, put down as soon as the cell is done, so that a sweep
// that was killed goes on from there.
//
// A file that is only ever appended to: a line that says which question it answers and by which
// version, then a record a cell with its length and checksum. What it guarantees: a record is read
// back exactly or not at all; a last one that was torn off is ignored. A kill of the process loses
// the cells under way, a crash of the host also those that were not on the disk yet.
// A cell is known by everything it depends on (resolved.hpp), so a row is never taken for that of
// another cell. No two processes have one journal at a time.
// Errors: CannotWrite (output.hpp); BadInput (problem.hpp), to go on from the journal of another
// question or version.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

class Journal {
 public:
  // `c2c`: rows are with lines and locks. `resume`: keeps the rows that are there; else they go.
  Journal(std::string path, const Scenario& scenario, bool c2c, bool resume);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  std::size_t kept() const { return rows_.size(); }
  // The cell's row, if it was there from the start; null else. From any thread.
  const Row* find(const Cell& cell) const;
  // From any thread.
  void add(const Cell& cell, const Row& row);
  // The result is written: the file goes.
  void remove();

 private:
  void open();
  void read(const std::string& head);
  void begin(const std::string& head);
  void append(const std::string& bytes);

  std::string path_;
  int file_ = -1;
  std::int64_t end_ = 0;  // of the last whole record
  std::map<std::uint64_t, Row> rows_;
  std::mutex adding_;
};

}  // namespace hvsim
