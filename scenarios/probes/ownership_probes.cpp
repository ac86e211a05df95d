// Locked operations, and the ownership of a line on its way from core to core.
#include "scenarios/probes/burst.hpp"
#include "scenarios/probes/distance.hpp"
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

constexpr int rounds = 100;
constexpr int warm_up_rounds = 10;

Formula lone_hand_over() {
  return price("l3_request") + price("hand_over_same");
}

Formula lone_hand_over(unsigned hops) {
  return with_hops(price("l3_request") + price("hand_over_remote"), hops);
}

Duration add_after(Bench& bench, PcpuId owner) {
  Word& word = bench.word();
  bench.step(owner, [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
  return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
}

// Both cores have the line to read, and one of them wants it for itself.
Duration add_to_shared(Bench& bench, PcpuId sharer) {
  Word& word = bench.word();
  bench.step(sharer, [&](Cpu& cpu) { cpu.load(word); });
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.fetch_add(word, 1); }, [&](Cpu& cpu) { cpu.load(word); });
}

Duration add_to_l3(Bench& bench, std::int64_t lines) {
  const Row row = bench.row(lines);
  return bench.time(
      bench.core(0), [&](Cpu& cpu) { cpu.fetch_add(row[0], 1); },
      [&](Cpu& cpu) {
        for (std::int64_t line = 0; line < lines; ++line) {
          cpu.load(row[line]);
        }
      });
}

Duration failed_cmpxchg(Bench& bench, PcpuId owner) {
  Word& word = bench.word();
  bench.step(owner, [&](Cpu& cpu) { cpu.store(word, 1); });
  return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.cmpxchg(word, 7, 8); });
}

// One way of a word that two pCPUs pass to and fro, each spinning on its cmpxchg.
Duration ping_pong(Bench& bench, PcpuId ping, PcpuId pong) {
  Word& ball = bench.word();
  const auto pass = [&ball](Cpu& cpu, std::uint64_t mine, int times) {
    for (int i = 0; i < times; ++i) {
      while (cpu.cmpxchg(ball, mine, 1 - mine) != mine) {
      }
    }
  };
  Duration took;
  bench.step(ping, [&](Cpu& cpu) {
    pass(cpu, 0, warm_up_rounds);
    took = taken(cpu, [&] { pass(cpu, 0, rounds); });
  });
  bench.beside(pong, [&](Cpu& cpu) { pass(cpu, 1, warm_up_rounds + rounds); });
  bench.run();
  return took / (2 * rounds);
}

// "" if the one who waits has asked for the word again before the other has it: else the other
// gets more than one try at it while it has the line, and a way takes longer than a hand-over.
std::string lacks_haste(const MachineSpec& file, const Formula& one_way) {
  const Prices& prices = file.prices;
  const Duration back = prices.l3_request.value + prices.locked_rmw.value;
  return back.ps < one_way.of(file) ? "" : "a hand-over is quicker than the next request";
}

// A word that is passed to and fro loads the links on its way, each direction with a line a round
// trip. "" if the curve takes that for idle.
std::string lacks_idle_links(const MachineSpec& file, const Formula& one_way) {
  const std::int64_t lines = microseconds(1).ps / (2 * one_way.of(file)) + 1;
  const std::int64_t load = load_seen(lines, file.link_bytes_per_second.value, Duration{});
  return load <= 1000 && loaded_extra(file, load) == Duration{} ? "" : "a ping-pong loads a link";
}

// The last instant at which an owner can still use its line is the one before the request for it
// has reached the line's place in the L3. At that very instant (time, rank) decides, so the core
// that asks is the one of two that goes first.
Duration owners_load(Bench& bench, Duration after_arrival) {
  Word& word = bench.word();
  std::vector<PcpuId> order;
  Duration took;
  const auto in_order = [&](Cpu& cpu) {
    cpu.ghost_point();
    order.push_back(cpu.id());
  };
  bench.step(bench.core(0), in_order);
  bench.beside(bench.core(1), in_order);
  const auto own = [&](Cpu& cpu) {
    if (cpu.id() == order[1]) {
      cpu.fetch_add(word, 1);
    }
  };
  bench.step(bench.core(0), own);
  bench.beside(bench.core(1), own);
  const auto contend = [&](Cpu& cpu) {
    if (cpu.id() == order[0]) {
      cpu.fetch_add(word, 1);
      return;
    }
    cpu.compute(bench.file().prices.l3_request.value + after_arrival);
    took = taken(cpu, [&] { cpu.load(word); });
  };
  bench.step(bench.core(0), contend);
  bench.beside(bench.core(1), contend);
  bench.run();
  return took;
}

std::vector<Probe> near_writes(const MachineSpec& file) {
  const std::string lacks = lacks_cores(file, 2);
  const std::int64_t past_l2 = lines_in(file.l2) + lines_in(file.l2) / file.l2.ways;
  return {
      {"locked operation, line owned", price("locked_rmw"), "",
       [](Bench& bench) { return add_after(bench, bench.core(0)); }},
      {"locked operation, line in L3", price("l3_hit") + price("locked_rmw"),
       lacks_lines(file, "l3", past_l2),
       [past_l2](Bench& bench) { return add_to_l3(bench, past_l2); }},
      {"locked operation, line in memory", price("dram_local") + price("locked_rmw"), "",
       [](Bench& bench) {
         Word& word = bench.word();
         return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
       }},
      {"locked operation, line owned by another core", lone_hand_over(), lacks,
       [](Bench& bench) { return add_after(bench, bench.core(1)); }},
      {"locked operation, line shared with another core", lone_hand_over(), lacks,
       [](Bench& bench) { return add_to_shared(bench, bench.core(1)); }},
      {"cmpxchg in vain, line owned by another core", lone_hand_over(), lacks,
       [](Bench& bench) { return failed_cmpxchg(bench, bench.core(1)); }},
      {"ping-pong by cmpxchg, one way, in a socket", price("hand_over_same"),
       first_of({lacks, lacks_haste(file, price("hand_over_same"))}),
       [](Bench& bench) { return ping_pong(bench, bench.core(0), bench.core(1)); }},
      {"owner's load 1 ps before a request reaches the L3", price("l1_hit"), lacks,
       [](Bench& bench) { return owners_load(bench, Duration{} - picoseconds(1)); }},
      {"owner's load as a request reaches the L3",
       price("hand_over_same") - price("l3_request") + price("dirty_same"), lacks,
       [](Bench& bench) { return owners_load(bench, Duration{}); }},
  };
}

std::vector<Probe> far_writes(const MachineSpec& file, unsigned hops) {
  const std::string lacks = lacks_distance(file, hops);
  const unsigned socket = socket_at(file, hops).value_or(0);
  const Formula one_way = with_hops(price("hand_over_remote"), hops);
  return {
      {"locked operation, line owned " + away(hops), lone_hand_over(hops), lacks,
       [socket](Bench& bench) { return add_after(bench, bench.core(0, socket)); }},
      {"locked operation, line shared with a core " + away(hops), lone_hand_over(hops), lacks,
       [socket](Bench& bench) { return add_to_shared(bench, bench.core(0, socket)); }},
      {"ping-pong by cmpxchg, one way, " + away(hops), one_way,
       first_of({lacks, lacks_haste(file, one_way), lacks_idle_links(file, one_way)}),
       [socket](Bench& bench) { return ping_pong(bench, bench.core(0), bench.core(0, socket)); }},
  };
}

}  // namespace

std::vector<Probe> ownership_probes(const MachineSpec& file) {
  std::vector<Probe> probes = near_writes(file);
  for (const unsigned hops : distances(file)) {
    for (Probe& probe : far_writes(file, hops)) {
      probes.push_back(std::move(probe));
    }
  }
  return probes;
}

}  // namespace hvsim::probes
