// Copies: the larger of what the core needs for its lines and what its misses need, so many of
// them at a time.
#include <algorithm>

#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

// The second time all lines, read and written, are where the first time has put them.
Duration copy_twice(Bench& bench, std::int64_t lines) {
  const Row row = bench.row(2 * lines);
  const auto bytes = static_cast<std::uint64_t>(lines) * line_bytes;
  const auto copy = [&](Cpu& cpu) { cpu.copy(row.first + bytes, row.first, bytes); };
  return bench.time(bench.core(0), copy, copy);
}

// From the first lines of a row to the next, when all of them are out of L2.
Duration copy_in_l3(Bench& bench, std::int64_t lines, std::int64_t whole) {
  const Row row = bench.row(whole);
  const auto bytes = static_cast<std::uint64_t>(lines) * line_bytes;
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.copy(row.first + bytes, row.first, bytes); },
      [&](Cpu& cpu) {
        for (std::int64_t line = 0; line < whole; ++line) {
          cpu.load(row[line]);
        }
      });
}

}  // namespace

std::vector<Probe> bulk_probes(const MachineSpec& file) {
  const std::int64_t in_l1 = lines_in(file.l1) / 2;
  const std::int64_t l2 = lines_in(file.l2);
  const std::int64_t in_l3 = std::clamp<std::int64_t>(l2 / 2, 1, 32);
  const Formula misses = number(2 * in_l3) * price("l3_hit") / limit("line_fill_buffers");
  return {
      {"copy of as many lines as L1 has both of",
       largest_of({price("l3_request"), lines_of("l1") / number(2) * price("copy_line")}),
       first_of({lacks_lines(file, "l1", 2), lacks_lines(file, "l2", 2 * in_l1),
                 lacks_lines(file, "l3", 2 * in_l1)}),
       [in_l1](Bench& bench) { return copy_twice(bench, in_l1); }},
      {"copy of lines in L3",
       largest_of({price("l3_request"), number(in_l3) * price("copy_line"), misses}),
       first_of({lacks_lines(file, "l2", 2), lacks_lines(file, "l3", 2 * l2)}),
       [in_l3, l2](Bench& bench) { return copy_in_l3(bench, in_l3, 2 * l2); }},
  };
}

}  // namespace hvsim::probes
