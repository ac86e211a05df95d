#include "scenarios/run/litmus_timed.hpp"

#include <algorithm>
#include <vector>

#include "scenarios/run/litmus_program.hpp"
#include "sim/base/random.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {
namespace {

constexpr std::uint64_t timed_stream = 1201;
// When all first loads are over. After it, a thread starts within the time of a few accesses.
constexpr Duration first_start = milliseconds(1);
constexpr std::uint32_t longest_delay_ns = 500;

// By thread, its pCPU. PcpuId: all cores' first threads, socket by socket, then all their second
// ones.
using Placement = std::vector<PcpuId>;

std::vector<Placement> placements_on(const MachineSpec& spec, unsigned threads) {
  Placement siblings;
  Placement same_socket;
  Placement across;
  for (unsigned t = 0; t < threads; ++t) {
    siblings.push_back(PcpuId{t / 2 + t % 2 * spec.cores()});
    same_socket.push_back(PcpuId{t});
    across.push_back(PcpuId{t % 2 * spec.cores_per_socket + t / 2});
  }
  std::vector<Placement> placements = {same_socket};
  if (spec.threads_per_core > 1) {
    placements.push_back(siblings);
  }
  if (spec.sockets > 1) {
    placements.push_back(across);
  }
  return placements;
}

MachineSpec cut_down(MachineSpec spec, unsigned threads) {
  spec.sockets = std::min(spec.sockets, 2u);
  std::erase_if(spec.links, [&](const auto& link) {
    return link.first >= spec.sockets || link.second >= spec.sockets;
  });
  if (spec.sockets > 1 && spec.links.empty()) {
    spec.sockets = 1;
  }
  spec.cores_per_socket = threads;
  spec.threads_per_core = std::min(spec.threads_per_core, 2u);
  for (CacheShape* cache : {&spec.l1, &spec.l2, &spec.l3}) {
    cache->bytes = std::min(cache->bytes, line_bytes * cache->ways * 64);
  }
  return spec;
}

LitmusOutcome run_once(const LitmusTest& test, const MachineSpec& spec, const Placement& placement,
                       const RunOptions& options, Random& random) {
  Machine machine(spec, options);
  const auto cells =
      machine.memory().make_array<LitmusCell>("cells", test.locations.size(), SocketId{0});
  LitmusProgram program(test, cells);
  for (unsigned t = 0; t < placement.size(); ++t) {
    std::vector<unsigned> warm;
    for (unsigned i = 0; i < test.locations.size(); ++i) {
      if (random.chance(1, 2)) {
        warm.push_back(i);
      }
    }
    const Duration delay = nanoseconds(random.below(longest_delay_ns));
    machine.start(placement[t], [&program, &cells, t, warm, delay](Cpu& cpu) {
      for (const unsigned i : warm) {
        cpu.load(cells[i].whole);
      }
      cpu.compute(Time{} + first_start + delay - cpu.now());
      program.run(cpu, t);
    });
  }
  machine.run();
  return program.outcome();
}

}  // namespace

LitmusSeen time_litmus(const LitmusTest& test, const MachineSpec& machine, LitmusModel model,
                       std::uint64_t runs, std::uint64_t seed) {
  const auto threads = static_cast<unsigned>(test.threads.size());
  const MachineSpec spec = cut_down(machine, threads);
  const std::vector<Placement> placements = placements_on(spec, threads);
  RunOptions options;
  options.order_fault =
      model == LitmusModel::sc ? OrderFault::stores_drain_at_once : OrderFault::none;
  LitmusSeen seen;
  Random random(seed, timed_stream);
  for (; seen.runs < runs; ++seen.runs) {
    options.seed = seed + seen.runs;
    const Placement& placement = placements[seen.runs % placements.size()];
    ++seen.outcomes[run_once(test, spec, placement, options, random)];
  }
  return seen;
}

}  // namespace hvsim
