// Stores, the buffer they wait in, and what waits for them: fences and locked operations.
#include "scenarios/probes/distance.hpp"
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

Duration store_to_owned(Bench& bench) {
  Word& word = bench.word();
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.store(word, 2); },
      [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
}

// Each to a line of its own that is in memory.
Duration stores_in_a_row(Bench& bench, std::int64_t stores) {
  const Row row = bench.row(stores);
  return bench.time(bench.core(0), [&](Cpu& cpu) {
    for (std::int64_t line = 0; line < stores; ++line) {
      cpu.store(row[line], 1);
    }
  });
}

void store_and_fence(Cpu& cpu, Word& word) {
  cpu.store(word, 2);
  cpu.fence();
}

Duration fence_after_cold_store(Bench& bench) {
  Word& word = bench.word();
  return bench.time(bench.core(0), [&](Cpu& cpu) { store_and_fence(cpu, word); });
}

Duration fence_after_store_to(Bench& bench, PcpuId owner) {
  Word& word = bench.word();
  bench.step(owner, [&](Cpu& cpu) { cpu.store(word, 1); });
  return bench.time(bench.core(0), [&](Cpu& cpu) { store_and_fence(cpu, word); });
}

Duration locked_operation_after_cold_store(Bench& bench) {
  Word& owned = bench.word();
  Word& cold = bench.word();
  return bench.time(
      bench.core(0),
      [&](Cpu& cpu) {
        cpu.store(cold, 1);
        cpu.fetch_add(owned, 1);
      },
      [&](Cpu& cpu) { cpu.fetch_add(owned, 1); });
}

// A store to a line in memory commits when the line arrives; a fence starts near that instant.
Duration fence_around_commit(Bench& bench, Duration after_commit) {
  Word& word = bench.word();
  Duration took;
  bench.step(bench.core(0), [&](Cpu& cpu) {
    const Time commit = cpu.now() + bench.file().prices.dram_local.value;
    cpu.store(word, 1);
    wait_until(cpu, commit + after_commit);
    took = taken(cpu, [&] { cpu.fence(); });
  });
  bench.run();
  return took;
}

std::vector<Probe> buffer_probes(const MachineSpec& file) {
  const Formula all = limit("store_buffer_entries") * price("store");
  const std::int64_t entries = file.store_buffer_entries.value;
  return {
      {"store, line owned", price("store"), "", store_to_owned},
      {"store, line in memory", price("store"), "",
       [](Bench& bench) { return stores_in_a_row(bench, 1); }},
      {"as many stores as the store buffer has entries, lines in memory", all, "",
       [entries](Bench& bench) { return stores_in_a_row(bench, entries); }},
      {"one store more than the store buffer has entries, lines in memory",
       largest_of({price("dram_local"), all}) + price("store"), "",
       [entries](Bench& bench) { return stores_in_a_row(bench, entries + 1); }},
  };
}

std::vector<Probe> fence_probes(const MachineSpec& file) {
  const std::string too_slow =
      file.prices.store.value < file.prices.dram_local.value ? "" : "a store outlasts its commit";
  return {
      {"fence, no store waiting", price("fence"), "",
       [](Bench& bench) { return bench.time(bench.core(0), [](Cpu& cpu) { cpu.fence(); }); }},
      {"store and fence, line in memory",
       largest_of({price("store"), price("dram_local")}) + price("fence"), "",
       fence_after_cold_store},
      {"store and locked operation on another line, the first in memory, the second owned",
       largest_of({price("store"), price("dram_local")}) + price("locked_rmw"),
       first_of({lacks_lines(file, "l2", 2), lacks_lines(file, "l3", 2)}),
       locked_operation_after_cold_store},
      {"store and fence, line owned by another core",
       largest_of(
           {price("store"), price("l3_request") + price("hand_over_same") - price("locked_rmw")}) +
           price("fence"),
       lacks_cores(file, 2),
       [](Bench& bench) { return fence_after_store_to(bench, bench.core(1)); }},
      {"fence, 1 ps before a store commits", price("fence") + one_picosecond(), too_slow,
       [](Bench& bench) { return fence_around_commit(bench, Duration{} - picoseconds(1)); }},
      {"fence, as a store commits", price("fence"), too_slow,
       [](Bench& bench) { return fence_around_commit(bench, Duration{}); }},
  };
}

Probe far_probe(const MachineSpec& file, unsigned hops) {
  const unsigned socket = socket_at(file, hops).value_or(0);
  const Formula way =
      with_hops(price("l3_request") + price("hand_over_remote") - price("locked_rmw"), hops);
  return {"store and fence, line owned " + away(hops),
          largest_of({price("store"), way}) + price("fence"), lacks_distance(file, hops),
          [socket](Bench& bench) { return fence_after_store_to(bench, bench.core(0, socket)); }};
}

}  // namespace

std::vector<Probe> store_probes(const MachineSpec& file) {
  std::vector<Probe> probes = buffer_probes(file);
  for (Probe& probe : fence_probes(file)) {
    probes.push_back(std::move(probe));
  }
  for (const unsigned hops : distances(file)) {
    probes.push_back(far_probe(file, hops));
  }
  return probes;
}

}  // namespace hvsim::probes
