// The last verbs of one pCPU, for findings. Turns of a wait loop count as one entry.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

enum class Verb : std::uint8_t {
  load,
  store,
  commit,
  rmw,
  fence,
  copy,
  clear,
  ipi,
  interrupt,
  walk,       // a page walk's load of an entry
  translate,  // of a linear address to one in memory
  write_cr3,
  invalidate,
  set_timer,
};
inline constexpr unsigned verb_kinds = 14;

const char* verb_name(Verb verb);
// Whether its address is that of a word, or of a row of them. Of the others, an interrupt that is
// sent has the number of a pCPU for its address, a translation the linear one.
bool is_about_a_word(Verb verb);

class VerbLog {
 public:
  struct Entry {
    Time at;
    Address address;
    std::uint64_t value;
    Where where;
    Verb verb;
    std::uint64_t times;  // how often in a row, for a load in a wait loop
  };

  [[gnu::always_inline]] void add(Verb verb, Time at, Address address, std::uint64_t value,
                                  Where where) {
    Entry& last = entries_[(next_ - 1) % entries_.size()];
    if (verb == Verb::load && last.verb == verb && last.address == address &&
        last.value == value && last.where.line == where.line && last.times > 0) {
      last.at = at;
      ++last.times;
      return;
    }
    entries_[next_++ % entries_.size()] = {at, address, value, where, verb, 1};
  }
  // The same load again, `times` more, the last one at `at`.
  void again(Time at, std::uint64_t times) {
    Entry& last = entries_[(next_ - 1) % entries_.size()];
    last.at = at;
    last.times += times;
  }
  // Oldest first.
  std::vector<Entry> entries() const;

 private:
  std::array<Entry, 64> entries_{};
  std::uint64_t next_ = 64;
};

}  // namespace hvsim
