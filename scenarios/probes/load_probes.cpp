// Loads: by the state of the line and how far away it is.
#include "scenarios/probes/distance.hpp"
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

// Some core or cores do something to a line, one after the other; then the first core loads it.
Duration load_after(Bench& bench, const std::vector<PcpuId>& others, bool write) {
  Word& word = bench.word();
  for (const PcpuId other : others) {
    bench.step(other, [&word, write](Cpu& cpu) {
      write ? cpu.store(word, 1) : static_cast<void>(cpu.load(word));
    });
  }
  return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.load(word); });
}

Duration load_twice(Bench& bench) {
  Word& word = bench.word();
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.load(word); }, [&](Cpu& cpu) { cpu.load(word); });
}

// The line waits in the pCPU's own store buffer, not in its caches.
Duration load_own_store(Bench& bench) {
  Word& word = bench.word();
  Duration took;
  bench.step(bench.core(0), [&](Cpu& cpu) {
    cpu.store(word, 1);
    took = taken(cpu, [&] { cpu.load(word); });
  });
  bench.run();
  return took;
}

// Lines that are read once each, so many that the first of them are out of the smaller cache.
Duration load_first_of_row(Bench& bench, std::int64_t lines) {
  const Row row = bench.row(lines);
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.load(row[0]); },
      [&](Cpu& cpu) {
        for (std::int64_t line = 0; line < lines; ++line) {
          cpu.load(row[line]);
        }
      });
}

// A line more than each set of a cache has room for.
std::int64_t one_too_many_a_set(const CacheShape& cache) {
  return lines_in(cache) + lines_in(cache) / cache.ways;
}

Duration load_from_node(Bench& bench, unsigned node) {
  Word& word = bench.word(node);
  return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.load(word); });
}

std::vector<Probe> near_loads(const MachineSpec& file) {
  const std::int64_t past_l1 = one_too_many_a_set(file.l1);
  const std::int64_t past_l2 = one_too_many_a_set(file.l2);
  const unsigned sibling = file.cores();
  return {
      {"load, line in L1", price("l1_hit"), "", load_twice},
      {"load, own store still in the store buffer", price("l1_hit"), "", load_own_store},
      {"load, line that the core's other thread read", price("l1_hit"),
       file.threads_per_core > 1 ? "" : "a core has one thread",
       [sibling](Bench& bench) { return load_after(bench, {PcpuId{sibling}}, false); }},
      {"load, line in L2", price("l2_hit"),
       first_of({lacks_lines(file, "l2", past_l1), lacks_lines(file, "l3", past_l1)}),
       [past_l1](Bench& bench) { return load_first_of_row(bench, past_l1); }},
      {"load, line in L3", price("l3_hit"), lacks_lines(file, "l3", past_l2),
       [past_l2](Bench& bench) { return load_first_of_row(bench, past_l2); }},
      {"load, line that two other cores have", price("l3_hit"), lacks_cores(file, 3),
       [](Bench& bench) {
         return load_after(bench, {bench.core(1), bench.core(2)}, false);
       }},
      {"load, clean line in another core", price("clean_same"), lacks_cores(file, 2),
       [](Bench& bench) { return load_after(bench, {bench.core(1)}, false); }},
      {"load, dirty line in another core", price("dirty_same"), lacks_cores(file, 2),
       [](Bench& bench) { return load_after(bench, {bench.core(1)}, true); }},
      {"load, own memory", price("dram_local"), "",
       [](Bench& bench) { return load_from_node(bench, 0); }},
  };
}

std::vector<Probe> far_loads(const MachineSpec& file, unsigned hops) {
  const std::string lacks = lacks_distance(file, hops);
  const unsigned socket = socket_at(file, hops).value_or(0);
  const auto load_far = [socket](bool write) {
    return [socket, write](Bench& bench) {
      return load_after(bench, {bench.core(0, socket)}, write);
    };
  };
  return {
      {"load, clean line " + away(hops), with_hops(price("clean_remote"), hops), lacks,
       load_far(false)},
      {"load, dirty line " + away(hops), with_hops(price("dirty_remote"), hops), lacks,
       load_far(true)},
      {"load, line that two cores have " + away(hops), with_hops(price("clean_remote"), hops),
       first_of({lacks, lacks_cores(file, 2)}),
       [socket](Bench& bench) {
         return load_after(bench, {bench.core(0, socket), bench.core(1, socket)}, false);
       }},
      {"load, memory " + away(hops), with_hops(price("dram_remote"), hops), lacks,
       [socket](Bench& bench) { return load_from_node(bench, socket); }},
  };
}

}  // namespace

std::vector<Probe> load_probes(const MachineSpec& file) {
  std::vector<Probe> probes = near_loads(file);
  for (const unsigned hops : distances(file)) {
    for (Probe& probe : far_loads(file, hops)) {
      probes.push_back(std::move(probe));
    }
  }
  return probes;
}

}  // namespace hvsim::probes
