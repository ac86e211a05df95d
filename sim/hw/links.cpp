#include "sim/hw/links.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace hvsim {

LoadCurve::LoadCurve(const std::vector<std::pair<std::int64_t, Duration>>& points) : extra_(1) {
  check(points.empty() || points.back().first > 0, "a load curve of rates");
  std::int64_t load = 0;
  Duration extra{};
  for (const auto& [rate, latency] : points) {
    const std::int64_t next = rate * 1000 / points.back().first;
    const Duration rise = latency - points.front().second - extra;
    check(rate > 0 && next >= load && rise >= Duration{}, "a load curve that rises");
    for (std::int64_t at = load + 1; at <= next; ++at) {
      extra_.push_back(extra + rise * (at - load) / (next - load));
    }
    load = next;
    extra += rise;
    extra_.back() = extra;  // of several points at one load the last
  }
}

BandwidthServer::BandwidthServer(std::int64_t bytes_per_second, const LoadCurve& curve)
    : curve_(curve), room_(static_cast<std::uint64_t>(bytes_per_second / 1'000'000)) {
  check(room_ > line_bytes, "a rate of more than a line a microsecond");
}

// The bytes used in a window. Windows that are new start empty; too old ones share the oldest
// kept.
std::uint64_t& BandwidthServer::used_in(std::int64_t index) {
  if (index > newest_) {
    for (std::int64_t i = std::max(newest_ + 1, index - windows_kept + 1); i <= index; ++i) {
      used_[static_cast<std::size_t>(i % windows_kept)] = 0;
    }
    newest_ = index;
  }
  const std::int64_t oldest = std::max<std::int64_t>(0, newest_ - windows_kept + 1);
  return used_[static_cast<std::size_t>(std::max(index, oldest) % windows_kept)];
}

Duration BandwidthServer::move(Time now, std::uint64_t bytes) {
  moved_ += bytes;
  const std::int64_t index = now.ps / window.ps;
  // The load of the last full window and the running one so far.
  const std::uint64_t before = index > 0 ? used_in(index - 1) : 0;
  const std::uint64_t so_far = used_in(index);
  const std::int64_t into_window = now.ps % window.ps;
  const auto seen_ns = static_cast<std::uint64_t>((window.ps + into_window) / 1000);
  const std::uint64_t load = (before + so_far) * 1'000'000 / (room_ * seen_ns);
  // The first window from now on with room, at the place in it that the bytes before leave free.
  std::int64_t slot = index;
  std::uint64_t used = so_far;
  while (used + bytes > room_) {
    used = used_in(++slot);
  }
  used_in(slot) += bytes;
  const Duration loaded = curve_.extra(load);
  if (slot == index) {
    return loaded;
  }
  const Time start{slot * window.ps + static_cast<std::int64_t>(
                                          used * static_cast<std::uint64_t>(window.ps) / room_)};
  return std::max(start - now, loaded);
}

Duration BandwidthServer::busy() const {
  const auto ps = moved_ * static_cast<std::uint64_t>(window.ps) / room_;
  return Duration{static_cast<std::int64_t>(ps)};
}

Interconnect::Interconnect(const MachineSpec& spec, const Topology& topology)
    : topology_(topology), curve_(spec.loaded_latency) {
  for (unsigned i = 0; i < topology.directions(); ++i) {
    links_.emplace_back(spec.link_bytes_per_second.value, curve_);
  }
  for (unsigned i = 0; i < spec.sockets; ++i) {
    channels_.emplace_back(spec.dram_bytes_per_second.value, curve_);
  }
}

Duration Interconnect::line_across(unsigned from, unsigned to, Time now) {
  Duration wait{};
  for (const unsigned direction : topology_.route(from, to)) {
    wait += links_[direction].move(now + wait, line_bytes);
  }
  return wait;
}

Duration Interconnect::line_of_memory(unsigned node, Time now) {
  return channels_[node].move(now, line_bytes);
}

std::vector<std::int64_t> Interconnect::link_busy_ps() const {
  std::vector<std::int64_t> busy;
  for (const BandwidthServer& link : links_) {
    busy.push_back(link.busy().ps);
  }
  return busy;
}

std::vector<std::int64_t> Interconnect::channel_busy_ps() const {
  std::vector<std::int64_t> busy;
  for (const BandwidthServer& channel : channels_) {
    busy.push_back(channel.busy().ps);
  }
  return busy;
}

}  // namespace hvsim
