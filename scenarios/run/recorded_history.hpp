// A history file (history_file.hpp), read back and checked.
//
// Errors: BadInput (problem.hpp) with the file and the line of the first thing that is not as a
// history file has it: not one at all, of another format, a line that does not parse, a word or
// place that was not introduced, an end that is missing or does not count what is there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/hw/verb_log.hpp"

namespace hvsim {

struct RecordedVerb {
  Time at;
  Address address;
  std::uint64_t value;
  std::uint32_t place;
  Verb verb;
};

struct RecordedHistory {
  std::string file;  // as the user named it
  std::string version;
  std::string scenario;
  std::string cell;
  std::map<std::uint32_t, std::vector<RecordedVerb>> pcpus;  // each in its own order
  std::map<Address, std::string> words;
  std::map<std::uint32_t, std::string> places;
  std::uint64_t verbs = 0;
  std::string digest;
  bool cut = false;  // the run went on
};

RecordedHistory read_history(const std::string& path);

}  // namespace hvsim
