#include "scenarios/run/litmus_host.hpp"

#include <vector>

#include "scenarios/run/litmus_program.hpp"
#include "sim/hw/host_batches.hpp"
#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

// Instances that are laid out at once: their cells fit a core's L2, so the threads stay together.
constexpr unsigned batch = 500;

}  // namespace

LitmusSeen host_litmus(const LitmusTest& test, std::uint64_t runs, std::uint64_t seed) {
  const auto threads = static_cast<unsigned>(test.threads.size());
  HostMachine machine({.seed = seed, .cores_per_socket = threads});
  const std::size_t locations = test.locations.size();
  const auto cells =
      machine.memory().make_array<LitmusCell>("cells", batch * locations, SocketId{0});
  std::vector<LitmusProgram> programs;
  for (unsigned i = 0; i < batch; ++i) {
    programs.emplace_back(test, cells.subspan(i * locations, locations));
  }
  LitmusSeen seen;
  seen.runs = runs;
  BatchProgram program;
  for (unsigned t = 0; t < threads; ++t) {
    program.bodies.push_back([&programs, t](Cpu& cpu, unsigned i) { programs[i].run(cpu, t); });
  }
  program.before = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      programs[i].reset();
    }
  };
  program.after = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      ++seen.outcomes[programs[i].outcome()];
    }
  };
  run_batches(machine, program, {.runs = runs, .batch = batch});
  return seen;
}

}  // namespace hvsim
