#include "scenarios/run/litmus_machine.hpp"

#include "scenarios/run/litmus_spec.hpp"
#include "sim/hw/store_buffer.hpp"

namespace hvsim {
namespace {

MachineSpec small_spec(const LitmusTest& test, bool siblings) {
  const auto threads = static_cast<unsigned>(test.threads.size());
  MachineSpec spec = litmus_spec();
  spec.sockets = 1;
  spec.links.clear();
  spec.threads_per_core = siblings ? 2 : 1;
  spec.cores_per_socket = siblings ? (threads + 1) / 2 : threads;
  // Room for every store of a thread: the model has no limit.
  spec.store_buffer_entries.value = LitmusLimits::most_ops;
  return spec;
}

RunOptions run_options(const LitmusMachineOptions& options, Noise& noise) {
  RunOptions run;
  run.noise = &noise;
  run.no_progress_after = milliseconds(1'000'000'000);
  run.order_fault =
      options.model == LitmusModel::sc ? OrderFault::stores_drain_at_once : options.fault;
  return run;
}

void append(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) {
    to += static_cast<char>(value >> (8 * i));
  }
}

}  // namespace

LitmusRun::LitmusRun(const LitmusTest& test, const LitmusMachineOptions& options)
    : test_(test),
      turns_(static_cast<unsigned>(test.threads.size()) + 1,
             [this](std::span<const LitmusAgent> agents) { return choose_(agents); }),
      machine_(small_spec(test, options.siblings), run_options(options, turns_)),
      program_(test, machine_.memory().make_array<LitmusCell>("cells", test.locations.size(),
                                                              SocketId{0})) {}

// With siblings, two neighbours share a core: threads of a core are that many cores apart.
PcpuId LitmusRun::pcpu_of(unsigned thread) const {
  if (machine_.threads_per_core() == 1) {
    return PcpuId{thread};
  }
  return PcpuId{thread / 2 + thread % 2 * machine_.cores_per_socket()};
}

LitmusOutcome LitmusRun::finish(LitmusTurns::Choose choose) {
  choose_ = std::move(choose);
  for (unsigned t = 0; t < test_.threads.size(); ++t) {
    machine_.start(pcpu_of(t), [this, t](Cpu& cpu) { program_.run(cpu, t); });
  }
  machine_.run();
  return program_.outcome();
}

std::string LitmusRun::state() const {
  std::string state;
  for (unsigned t = 0; t < test_.threads.size(); ++t) {
    const LitmusProgress& progress = program_.progress(t);
    const auto stores = machine_.stores(pcpu_of(t)).waiting();
    append(state, turns_.begun(pcpu_of(t)), 1);
    append(state, progress.done, 1);
    append(state, stores.size(), 1);
    for (const std::int64_t value : progress.registers) {
      append(state, static_cast<std::uint64_t>(value), 8);
    }
    for (const StoreBuffer::Store& store : stores) {
      append(state, store.address, 4);
      append(state, store.bytes, 1);
      append(state, store.value, 8);
    }
  }
  for (unsigned i = 0; i < test_.locations.size(); ++i) {
    append(state, static_cast<std::uint64_t>(program_.value_of(i)), 8);
  }
  return state;
}

bool LitmusRun::between_halves() const {
  bool between = false;
  for (unsigned t = 0; t < test_.threads.size(); ++t) {
    between = between || turns_.begun(pcpu_of(t)) > program_.progress(t).done + 1;
  }
  return between;
}

}  // namespace hvsim
