#include "scenarios/probes/burst.hpp"

#include <algorithm>

#include "scenarios/probes/distance.hpp"

namespace hvsim::probes {
namespace {

constexpr auto bytes_a_line = static_cast<std::int64_t>(line_bytes);

std::int64_t bytes_a_microsecond(std::int64_t bytes_per_second) {
  return bytes_per_second / 1'000'000;
}

// How many lines of the first node a pCPU gets in the time in which another gets one of a second:
// the farther, the fewer. In parts of a million.
std::int64_t pace(const MachineSpec& file, PcpuId pcpu, const std::vector<unsigned>& hops) {
  const Prices& prices = file.prices;
  const unsigned far = hops[pcpu.n % file.cores() / file.cores_per_socket];
  const Duration way =
      far == 0 ? prices.dram_local.value : prices.dram_remote.value + prices.hop.value * (far - 1);
  return 1'000'000'000'000 / way.ps;
}

// So many lines at a time as a core keeps in flight: with more, all would be asked for at once.
void clear_in_pieces(Cpu& cpu, const Row& row, std::int64_t line, std::int64_t end,
                     std::int64_t piece) {
  for (; line < end; line += piece) {
    const std::int64_t lines = std::min(piece, end - line);
    cpu.clear(row.first + static_cast<Address>(line) * line_bytes,
              static_cast<std::uint64_t>(lines) * line_bytes);
  }
}

}  // namespace

std::int64_t lines_a_microsecond(std::int64_t bytes_per_second) {
  return bytes_a_microsecond(bytes_per_second) / bytes_a_line;
}

Duration load_beside(Bench& bench, const Burst& burst) {
  const MachineSpec& file = bench.file();
  const Duration request = file.prices.l3_request.value;
  const std::vector<unsigned> hops = hops_from_first(file);
  std::int64_t all = 0;
  for (const PcpuId pcpu : burst.pcpus) {
    all += pace(file, pcpu, hops);
  }
  const Row row = bench.row(std::max<std::int64_t>(burst.lines, 1));
  Word& word = bench.word();
  Duration took;
  Time begin;
  bench.step(burst.prober, [&](Cpu& cpu) {
    wait_until(cpu, begin + burst.probe_at - request);
    took = taken(cpu, [&] { cpu.load(word); });
  });
  // Requests leave their cores so that they reach the L3 as the microsecond begins.
  begin = bench.start() + microseconds(request / microseconds(1) + 2);
  bool in_time = true;
  std::int64_t before = 0;
  for (const PcpuId pcpu : burst.pcpus) {
    const std::int64_t first = burst.lines * before / all;
    before += pace(file, pcpu, hops);
    const std::int64_t lines = burst.lines * before / all - first;
    if (lines == 0) {
      continue;
    }
    bench.beside(pcpu, [&, first, lines](Cpu& cpu) {
      wait_until(cpu, begin - request);
      clear_in_pieces(cpu, row, first, first + lines, file.line_fill_buffers.value);
      // The last of its lines was asked for a request's way after the piece began at the latest.
      in_time = in_time && cpu.now() + request <= begin + burst.probe_at;
    });
  }
  bench.run();
  if (!in_time) {
    throw OutOfReach("its cores cannot ask for so much in a microsecond");
  }
  return took;
}

Duration loaded_extra(const MachineSpec& file, std::int64_t load_permille) {
  std::int64_t x = 0;  // of the last point that is not above the load
  Duration y{};
  for (const auto& [rate, latency] : file.loaded_latency) {
    const std::int64_t next_x = rate * 1000 / file.loaded_latency.back().first;
    const Duration next_y = latency - file.loaded_latency.front().second;
    if (next_x > load_permille) {
      return y + (next_y - y) * (load_permille - x) / (next_x - x);
    }
    x = next_x;
    y = next_y;
  }
  return y;
}

std::int64_t load_seen(std::int64_t lines, std::int64_t bytes_per_second, Duration at) {
  const std::int64_t nanoseconds_seen = (microseconds(1) + at).ps / 1000;
  return lines * bytes_a_line * 1'000'000 /
         (bytes_a_microsecond(bytes_per_second) * nanoseconds_seen);
}

}  // namespace hvsim::probes
