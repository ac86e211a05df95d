// Capacity: rows of as many lines as a cache has, and of one line more, read over and over.
//
// As many lines as the cache has are all hits. One line more throws all lines of one set out, each
// just before it is read again, and leaves the other sets alone.
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

// A longer row costs the host more time and memory than its answer is worth.
constexpr std::int64_t most_lines = std::int64_t{4} << 20;

// What the loads of the second pass take, all together.
Duration second_pass(Bench& bench, std::int64_t lines) {
  const Row row = bench.row(lines);
  Duration took{};
  bench.step(bench.core(0), [&](Cpu& cpu) {
    for (std::int64_t line = 0; line < lines; ++line) {
      cpu.load(row[line]);
    }
    for (std::int64_t line = 0; line < lines; ++line) {
      Bench::idle(cpu);
      took += taken(cpu, [&] { cpu.load(row[line]); });
    }
  });
  bench.run();
  return took;
}

struct Level {
  std::string cache;  // "l1"
  std::string hit;    // the price of a hit in it
  std::string miss;   // ... and of what it has no room for
  std::string lacks;
};

void add_level(std::vector<Probe>& probes, const MachineSpec& file, const Level& level) {
  const std::int64_t lines = lines_in(cache_called(file, level.cache));
  const Formula all = lines_of(level.cache);
  const Formula ways = ways_of(level.cache);
  const std::string name = "L" + level.cache.substr(1);
  const std::string lacks = lines < most_lines ? level.lacks : "its " + name + " is too large";
  probes.push_back({"second pass over as many lines as " + name + " has", all * price(level.hit),
                    lacks, [lines](Bench& bench) { return second_pass(bench, lines); }});
  probes.push_back({"second pass over one line more than " + name + " has",
                    (all - ways) * price(level.hit) + (ways + number(1)) * price(level.miss),
                    lacks, [lines](Bench& bench) { return second_pass(bench, lines + 1); }});
}

// How many lines the outer cache must have so that of a row of so many nothing stays in the inner
// one until it is read again: more than each of its sets has room for, also when those are away
// that the outer one, which includes it, has just thrown out of one of its own sets.
std::int64_t out_of(const CacheShape& inner, const CacheShape& outer) {
  const std::int64_t sets = lines_in(inner) / inner.ways;
  return lines_in(inner) + sets * (outer.ways + 2);
}

}  // namespace

std::vector<Probe> capacity_probes(const MachineSpec& file) {
  const std::int64_t l1 = lines_in(file.l1);
  const std::int64_t l2 = lines_in(file.l2);
  std::vector<Probe> probes;
  add_level(probes, file,
            {"l1", "l1_hit", "l2_hit",
             first_of({lacks_lines(file, "l2", l1 + 1), lacks_lines(file, "l3", l1 + 1)})});
  add_level(probes, file,
            {"l2", "l2_hit", "l3_hit",
             first_of({lacks_lines(file, "l2", out_of(file.l1, file.l2)),
                       lacks_lines(file, "l3", l2 + 1)})});
  add_level(probes, file,
            {"l3", "l3_hit", "dram_local", lacks_lines(file, "l3", out_of(file.l2, file.l3))});
  return probes;
}

}  // namespace hvsim::probes
