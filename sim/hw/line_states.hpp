// MESI, and what the machine as a whole knows of a line: its directory entry.
//
// The caches of a core (caches.hpp) say what that core may do with a line; the directory says
// which cores and sockets have it. A line is exclusive or modified in at most one core, its
// `owner`; the owner may turn exclusive into modified without telling, and while there is one no
// other core and no other socket has the line. An L3 is inclusive: a core has a line only if its
// socket's L3 has it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

enum class LineState : std::uint8_t { invalid, shared, exclusive, modified };

struct alignas(32) DirectoryEntry {
  static constexpr std::uint16_t no_core = 0xffff;
  static constexpr std::uint32_t none = 0;

  std::uint16_t owner = no_core;  // the core that has it exclusive or modified
  std::uint8_t in_l3 = 0;         // bit a socket: its L3 has the line
  std::uint8_t dirty_l3 = 0;      // bit a socket: that L3's copy is newer than memory
  bool recalled = false;          // owned, but the owner may not use its copy: it is in its L3
  bool moving = false;            // granted to a core, not yet there: others wait
  bool moving_across = false;     // ... from one socket to another
  std::uint8_t last_socket = 0;   // where it was last granted to: the owner's, if there is one
  Time moves_until{};             // while moving: when it will be there
  std::uint32_t queue = none;     // index of its waiting requests (home_agent.hpp)
  std::uint32_t counts = none;    // index of its counters (line_counters.hpp)

  bool owned() const { return owner != no_core; }
  void give_to(CoreId core) {
    owner = static_cast<std::uint16_t>(core.n);
    recalled = false;
  }
  void disown() {
    owner = no_core;
    recalled = false;
  }
};

class Directory {
 public:
  Directory(unsigned sockets, unsigned cores_per_socket);

  // The entry of a line; grows with simulated memory. Valid until the next call for a new line.
  DirectoryEntry& entry(LineId line) {
    if (line.n >= lines_) [[unlikely]] {
      grow(line);
    }
    return entries_[line.n];
  }

  // Asks the host to have the line's entry at hand soon.
  void prefetch(LineId line) const {
    if (line.n < lines_) {
      __builtin_prefetch(&entries_[line.n]);
      __builtin_prefetch(&sharers_[std::size_t{line.n} * sockets_]);
    }
  }
  // The cores of a socket that have the line, a bit each.
  std::uint64_t& sharers(LineId line, unsigned socket) {
    return sharers_[std::size_t{line.n} * sockets_ + socket];
  }
  void add_sharer(LineId line, CoreId core) { sharers(line, socket(core)) |= bit(core); }
  void remove_sharer(LineId line, CoreId core) { sharers(line, socket(core)) &= ~bit(core); }
  bool has_sharer(LineId line, CoreId core) {
    return (sharers(line, socket(core)) & bit(core)) != 0;
  }

  unsigned socket(CoreId core) const { return places_[core.n].socket; }
  unsigned sockets() const { return sockets_; }
  unsigned cores_per_socket() const { return cores_per_socket_; }

 private:
  struct Place {
    unsigned socket;
    unsigned in_socket;
  };
  std::uint64_t bit(CoreId core) const { return std::uint64_t{1} << places_[core.n].in_socket; }
  void grow(LineId line);

  unsigned sockets_;
  unsigned cores_per_socket_;
  std::vector<Place> places_;  // by core
  std::size_t lines_ = 0;
  std::vector<DirectoryEntry> entries_;
  std::vector<std::uint64_t> sharers_;
};

}  // namespace hvsim
