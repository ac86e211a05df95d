// Bandwidth: what load costs below a ceiling, and that the ceiling is one.
//
// Time is cut into microseconds; each has room for as many lines as the rate lets into it, and the
// first line that has no room waits for the next. So the ceiling is asked for with the last line
// that has room and with one line more.
#include <algorithm>

#include "scenarios/probes/burst.hpp"
#include "scenarios/probes/distance.hpp"
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

// Into a microsecond: so late that its lines have been asked for, so early that to wait for the
// next one takes longer than what the load costs anyway.
constexpr Duration late = nanoseconds(900);

const std::set<std::string> curve_fields = {"loaded_latency.points.load",
                                            "loaded_latency.points.latency"};

std::set<std::string> curve_and(const std::string& field) {
  std::set<std::string> fields = curve_fields;
  fields.insert(field);
  return fields;
}

// The lines that make the load of a point: as many as its share of the curve's last load, of what
// fits a microsecond; the next whole line, if there is room for it.
std::int64_t lines_at(const MachineSpec& file, std::size_t point) {
  const std::int64_t share =
      file.loaded_latency[point].first * 1000 / file.loaded_latency.back().first;
  const std::int64_t rate = file.dram_bytes_per_second.value;
  std::int64_t lines = lines_a_microsecond(rate) * share / 1000;
  while (load_seen(lines, rate, Duration{}) < share && lines < lines_a_microsecond(rate)) {
    ++lines;
  }
  return lines;
}

// Every pCPU of these sockets, but for the one that measures.
std::vector<PcpuId> all_of(const MachineSpec& file, const std::vector<unsigned>& sockets,
                           PcpuId but_for) {
  std::vector<PcpuId> pcpus;
  for (std::uint32_t n = 0; n < file.pcpus(); ++n) {
    const unsigned socket = n % file.cores() / file.cores_per_socket;
    const bool wanted = std::find(sockets.begin(), sockets.end(), socket) != sockets.end();
    if (wanted && n != but_for.n) {
      pcpus.push_back(PcpuId{n});
    }
  }
  return pcpus;
}

// Who loads the channels of the first socket: its own pCPUs, and those of its neighbours, for one
// socket's may not be able to ask for all that its channels give.
std::vector<PcpuId> around_first(const MachineSpec& file) {
  const std::vector<unsigned> hops = hops_from_first(file);
  std::vector<unsigned> sockets;
  for (unsigned socket = 0; socket < file.sockets; ++socket) {
    if (hops[socket] <= 1) {
      sockets.push_back(socket);
    }
  }
  return all_of(file, sockets, PcpuId{0});
}

// What such a load needs of any machine.
std::string lacks_burst(const MachineSpec& file, std::int64_t lines) {
  return first_of({lacks_pcpus(file, 2), lacks_lines(file, "l3", lines + 1)});
}

Probe point_probe(const MachineSpec& file, std::size_t point) {
  const std::string number = std::to_string(point + 1);
  const std::int64_t lines = lines_at(file, point);
  const Formula extra("loaded_latency at point " + number + " - idle",
                      curve_and("limits.dram_bandwidth"), [point](const MachineSpec& spec) {
                        const std::int64_t rate = spec.dram_bytes_per_second.value;
                        const std::int64_t so_many = lines_at(spec, point);
                        return loaded_extra(spec, load_seen(so_many, rate, Duration{})).ps;
                      });
  return {"load, own memory, at the load of point " + number, price("dram_local") + extra,
          lacks_burst(file, lines), [lines](Bench& bench) {
            // The microsecond after the one with the load in it begins with the read.
            return load_beside(bench, {.pcpus = around_first(bench.file()),
                                       .lines = lines,
                                       .prober = PcpuId{0},
                                       .probe_at = microseconds(1)});
          }};
}

using Rate = Sourced<std::int64_t> MachineSpec::*;
constexpr Rate channel = &MachineSpec::dram_bytes_per_second;
constexpr Rate link = &MachineSpec::link_bytes_per_second;

// What the curve adds, for a channel or a link, late in a microsecond that has as many
// lines in it as the rate `full` lets into it, but for `room`.
Formula curve_wait(Rate on, Rate full, std::int64_t room) {
  std::set<std::string> fields = curve_fields;
  for (const Rate rate : {on, full}) {
    fields.insert(rate == channel ? "limits.dram_bandwidth" : "limits.link_bandwidth");
  }
  return {std::string("loaded_latency ") + (on == channel ? "of the channels" : "of the link") +
              " - idle",
          fields, [on, full, room](const MachineSpec& spec) {
            const std::int64_t lines = lines_a_microsecond((spec.*full).value) - room;
            return loaded_extra(spec, load_seen(lines, (spec.*on).value, late)).ps;
          }};
}

Formula rest_of_the_microsecond() {
  return {"rest of the microsecond", {}, [](const MachineSpec&) {
            return (microseconds(1) - late).ps;
          }};
}

std::vector<Probe> channel_probes(const MachineSpec& file) {
  const std::int64_t all = lines_a_microsecond(file.dram_bytes_per_second.value);
  const auto beside = [&](std::int64_t lines) {
    return [pcpus = around_first(file), lines](Bench& bench) {
      return load_beside(bench, {pcpus, lines, PcpuId{0}, late});
    };
  };
  const std::string lacks = lacks_burst(file, all);
  return {
      {"load, own memory, the last that dram_bandwidth lets into a microsecond",
       price("dram_local") + curve_wait(channel, channel, 1), lacks, beside(all - 1)},
      {"load, own memory, one more than dram_bandwidth lets into a microsecond",
       price("dram_local") +
           largest_of({rest_of_the_microsecond(), curve_wait(channel, channel, 0)}),
       lacks, beside(all)},
  };
}

std::vector<Probe> link_probes(const MachineSpec& file) {
  const unsigned socket = socket_at(file, 1).value_or(0);
  const PcpuId prober{socket * file.cores_per_socket};
  const std::int64_t all = lines_a_microsecond(file.link_bytes_per_second.value);
  const auto beside = [&](std::int64_t lines) {
    return [pcpus = all_of(file, {socket}, prober), prober, lines](Bench& bench) {
      return load_beside(bench, {pcpus, lines, prober, late});
    };
  };
  const bool memory_gives_it = all < lines_a_microsecond(file.dram_bytes_per_second.value);
  const bool alone = file.cores_per_socket * file.threads_per_core < 2;
  const std::string lacks =
      first_of({lacks_distance(file, 1), lacks_burst(file, all),
                alone ? "a socket has fewer than 2 pCPUs" : "",
                memory_gives_it ? "" : "a link carries all that the memory behind it gives"});
  return {
      {"load, memory 1 hop away, the last that link_bandwidth lets into a microsecond",
       price("dram_remote") + curve_wait(channel, link, 1) + curve_wait(link, link, 1), lacks,
       beside(all - 1)},
      {"load, memory 1 hop away, one more than link_bandwidth lets into a microsecond",
       price("dram_remote") + curve_wait(channel, link, 0) +
           largest_of({rest_of_the_microsecond(), curve_wait(link, link, 0)}),
       lacks, beside(all)},
  };
}

}  // namespace

std::vector<Probe> bandwidth_probes(const MachineSpec& file) {
  std::vector<Probe> probes;
  for (std::size_t point = 0; point < file.loaded_latency.size(); ++point) {
    probes.push_back(point_probe(file, point));
  }
  for (const auto& group : {channel_probes(file), link_probes(file)}) {
    probes.insert(probes.end(), group.begin(), group.end());
  }
  return probes;
}

}  // namespace hvsim::probes
