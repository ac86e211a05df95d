// The history of one cell as a file: every verb with its time, word, value and place.
//
// Text, whole numbers, a line a verb; the same bytes for the same run, on any host:
//
//   hvsim-history 1
//   version 0.1.0
//   scenario grant-rwlock-haswell
//   cell queues=16 grant_lock=word_rwlock seed=1
//   word 4096 grant_table[1].lock            an address and its name, before its first verb
//   place 0 models/hypervisor/locks/word_rwlock.cpp:41
//   3 1234567 locked 4096 0 0                pCPU, ps, verb, address, value, place
//   end 1 24d6a9b0c1e2f311                   how many verbs, and the digest of the run
//
// The verbs of one pCPU are in its own order; those of different pCPUs are in the order in which
// they were simulated, which is that of time only if the run steps. Where a file may not grow
// further ("most_recorded") it goes on to count, and ends with "cut" and how many it holds.
//
// Errors: CannotWrite, from the constructor and from finish() only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "scenarios/run/new_file.hpp"
#include "scenarios/run/output.hpp"
#include "sim/hw/history.hpp"

namespace hvsim {

// About 200 MB of file.
inline constexpr std::uint64_t most_recorded = 5'000'000;

class HistoryFile : public History {
 public:
  // `cell` as cell_text() (cells.hpp) has it.
  HistoryFile(const std::string& path, const std::string& scenario, const std::string& cell,
              std::uint64_t most = most_recorded);

  void begins(const Memory& memory) override;
  void done(const DoneVerb& verb) override;

  // After the run. Whether all of its verbs are in the file.
  bool finish(std::uint64_t digest);

 private:
  void introduce(const DoneVerb& verb);
  void write(bool all);

  NewFile file_;
  std::uint64_t most_;
  const Memory* memory_ = nullptr;
  std::string pending_;
  std::set<Address> words_;                                 // that have been introduced
  std::map<std::pair<std::string, int>, unsigned> places_;  // file and line, to their number
  unsigned place_ = 0;                                      // of the verb at hand
  std::uint64_t verbs_ = 0;
  std::optional<CannotWrite> failed_;
};

}  // namespace hvsim
