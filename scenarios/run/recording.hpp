// `hvsim run --history FILE`: the one cell whose verbs are recorded.
//
// Errors: BadArgument (commands.hpp) if what is to be run is not exactly one cell; CannotWrite.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/run/result.hpp"
#include "scenarios/run/scenario.hpp"

namespace hvsim {

class History;
class HistoryFile;

class Recording {
 public:
  // `path` "" records nothing.
  Recording(const std::string& path, const std::vector<Scenario>& scenarios);
  ~Recording();

  History* history() const;  // nullptr if nothing is recorded
  // After the run; if it was interrupted before the cell, no file is written. Says on standard
  // error if the file does not hold the whole run.
  void finish(const Result& result);

 private:
  std::string path_;
  std::unique_ptr<HistoryFile> file_;
};

}  // namespace hvsim
