// Socket links and memory channels: servers with a rate, slower the more they are used.
//
// A server's time is cut into windows of a microsecond, each with room for `rate` bytes a second.
// What does not fit a window goes into the next that has room, so no load ever gets more than the
// rate. Below that, an access waits as the machine's measured loaded-latency curve says for the
// load of the last window or two.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/hw/machine_spec.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/topology.hpp"

namespace hvsim {

// How much longer an access takes at a load, in permille of the rate. Straight lines in between.
class LoadCurve {
 public:
  // From (bytes a second, latency) points, rising in both; the first point is the idle one.
  explicit LoadCurve(const std::vector<std::pair<std::int64_t, Duration>>& points);
  Duration extra(std::uint64_t load_permille) const {
    return load_permille < extra_.size() ? extra_[load_permille] : extra_.back();
  }

 private:
  std::vector<Duration> extra_;  // by load, up to the last point's
};

class BandwidthServer {
 public:
  BandwidthServer(std::int64_t bytes_per_second, const LoadCurve& curve);

  // Moves `bytes` at `now`; returns how long they wait beyond the unloaded latency. Calls may be
  // out of order by a few windows.
  Duration move(Time now, std::uint64_t bytes);
  // The time that everything moved so far keeps the server busy.
  Duration busy() const;

 private:
  static constexpr Duration window = microseconds(1);
  static constexpr unsigned windows_kept = 64;
  std::uint64_t& used_in(std::int64_t index);

  const LoadCurve& curve_;
  std::uint64_t room_;  // bytes a window
  std::array<std::uint64_t, windows_kept> used_{};
  std::int64_t newest_ = 0;  // index of the newest window in used_
  std::uint64_t moved_ = 0;
};

// All links and channels of a machine.
class Interconnect {
 public:
  Interconnect(const MachineSpec& spec, const Topology& topology);
  Interconnect(const Interconnect&) = delete;
  Interconnect& operator=(const Interconnect&) = delete;

  // A line goes from socket to socket over every link on the way.
  Duration line_across(unsigned from, unsigned to, Time now);
  // A line is read from, or written to, the memory of a socket.
  Duration line_of_memory(unsigned node, Time now);

  std::vector<std::int64_t> link_busy_ps() const;
  std::vector<std::int64_t> channel_busy_ps() const;

 private:
  const Topology& topology_;
  LoadCurve curve_;
  std::vector<BandwidthServer> links_;     // one a direction
  std::vector<BandwidthServer> channels_;  // one a socket
};

}  // namespace hvsim
