#include "sim/hw/machine.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/hw/home_agent.hpp"
#include "sim/hw/links.hpp"
#include "sim/hw/sim_cpu.hpp"
#include "sim/hw/topology.hpp"
#include "sim/time/progress.hpp"

namespace hvsim {
namespace {

// Streams of the run's seed that belong to the machine; models have those below 1000.
constexpr std::uint64_t retry_stream = 1001;
constexpr std::uint64_t rank_stream = 1002;

// Two threads of a core share its caches, so neither may run ahead of the other. A noise may hold
// anything up at any moment, so nothing runs ahead of it.
EngineOptions engine_options(const MachineSpec& spec, const RunOptions& options) {
  return {
      .lookahead = spec.threads_per_core > 1 ? Duration{} : spec.prices.l3_request.value,
      .step_every_verb = options.step_every_verb || options.noise != nullptr,
      .no_progress_after = options.no_progress_after,
  };
}

// A rank for each pCPU, shuffled by the seed: nothing may rest on the numbers of pCPUs.
std::vector<Rank> shuffled_ranks(unsigned pcpus, Random random) {
  std::vector<Rank> ranks;
  for (std::uint32_t i = 0; i < pcpus; ++i) {
    ranks.push_back(Rank{i});
  }
  random.shuffle(ranks);
  return ranks;
}

// Refuses a machine whose own tables are larger than a run's memory may be.
void check_tables(const MachineSpec& spec, const RunLimits& limits) {
  const std::uint64_t bytes =
      Coherence::table_bytes(spec) +
      spec.pcpus() * Tlb::table_bytes(spec.tlb_sets.value, spec.tlb_ways.value);
  if (bytes > limits.memory) {
    throw LimitReached(RunLimit::memory, limits.memory);
  }
}

}  // namespace

struct Machine::Parts {
  Parts(const MachineSpec& machine_spec, const RunOptions& run_options);

  MachineSpec spec;
  RunOptions options;
  Topology topology;
  Memory memory;
  Interconnect interconnect;
  Coherence coherence;
  std::unique_ptr<Engine> engine;
  HomeAgent home_agent;
  Hardware hardware;
  std::map<std::string, LockStat> lock_stats;
};

Machine::Parts::Parts(const MachineSpec& machine_spec, const RunOptions& run_options)
    : spec(machine_spec),
      options(run_options),
      topology(spec),
      memory(spec.sockets, options.limits.memory),
      interconnect(spec, topology),
      coherence(spec, topology, memory, interconnect),
      engine(options.make_engine(spec.pcpus(), engine_options(spec, options))),
      home_agent(spec, coherence, *engine, Random(options.seed, retry_stream)),
      hardware{.spec = spec,
               .engine = *engine,
               .memory = memory,
               .coherence = coherence,
               .home_agent = home_agent,
               .noise = options.noise,
               .history = options.history,
               .fault = options.order_fault,
               .poll_while_spinning = options.poll_while_spinning || options.noise != nullptr ||
                                      options.history != nullptr,
               .limits = options.limits} {
  hardware.handlers.resize(vectors);
  check(spec.pcpus() <= max_pcpus, "no more pCPUs than a PcpuSet holds");
  const std::vector<Rank> ranks =
      shuffled_ranks(spec.pcpus(), Random(options.rank_seed.value_or(options.seed), rank_stream));
  for (std::uint32_t i = 0; i < spec.pcpus(); ++i) {
    hardware.cpus.push_back(
        std::make_unique<SimCpu>(PcpuId{i}, CoreId{i % spec.cores()}, ranks[i], hardware));
  }
  if (options.history != nullptr) {
    options.history->begins(memory);
  }
  coherence.on_lost([this](CoreId core, LineId line) {
    for (std::uint32_t cpu = core.n; cpu < spec.pcpus(); cpu += spec.cores()) {
      hardware.cpus[cpu]->line_lost(line, engine->now());
    }
  });
}

Machine::Machine(const MachineSpec& spec, const RunOptions& options) {
  check_tables(spec, options.limits);
  parts_ = std::make_unique<Parts>(spec, options);
}

Machine::~Machine() {
  // Strands that did not end are unwound first, while what they refer to is still there.
  parts_->engine.reset();
}

Memory& Machine::memory() {
  return parts_->memory;
}
unsigned Machine::sockets() const {
  return parts_->spec.sockets;
}
unsigned Machine::cores_per_socket() const {
  return parts_->spec.cores_per_socket;
}
unsigned Machine::threads_per_core() const {
  return parts_->spec.threads_per_core;
}
Random Machine::random(std::uint64_t stream) const {
  return Random(parts_->options.seed, stream);
}

void Machine::on_interrupt(Vector vector, std::function<void(Cpu&)> handler) {
  parts_->hardware.handlers[static_cast<unsigned>(vector)] = std::move(handler);
}

LockStat& Machine::lock_stat(const std::string& name) {
  LockStat& stat = parts_->lock_stats[name];
  stat.name = name;
  return stat;
}

void Machine::start(PcpuId pcpu, std::function<void(Cpu&)> body) {
  check(pcpu.n < parts_->spec.pcpus(), "a pCPU of this machine");
  const std::uint64_t most = parts_->options.limits.strands;
  if (parts_->hardware.working >= most) {
    throw LimitReached(RunLimit::strands, most);
  }
  SimCpu& cpu = *parts_->hardware.cpus[pcpu.n];
  const StrandId strand =
      parts_->engine->spawn(cpu.rank(), [&cpu, worker = std::move(body)] { cpu.live(worker); });
  cpu.runs_on(strand);
  parts_->hardware.ranks.push_back(cpu.rank());
  ++parts_->hardware.working;
}

void Machine::run() {
  std::exception_ptr failure;
  try {
    parts_->engine->run();
    parts_->hardware.over = true;
  } catch (const Stuck& stuck) {
    failure = std::make_exception_ptr(RuleViolated(describe(stuck)));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    // What the workers refer to may be gone before this machine is.
    parts_->engine->unwind();
    std::rethrow_exception(failure);
  }
  const RunLimits& limits = parts_->options.limits;
  if (finished() > Time{} + limits.simulated_time) {
    throw LimitReached(RunLimit::simulated_time,
                       static_cast<std::uint64_t>(limits.simulated_time.ps));
  }
  if (verbs() > limits.verbs) {
    throw LimitReached(RunLimit::verbs, limits.verbs);
  }
}

// Who waits for what, and the circle if there is one.
Finding Machine::describe(const Stuck& stuck) const {
  std::vector<Waiter> waiters;
  std::map<PcpuId, std::uint32_t> index;
  std::vector<const SimCpu*> cpus;
  for (const auto& cpu : parts_->hardware.cpus) {
    if (cpu->has_strand()) {
      index[cpu->id()] = static_cast<std::uint32_t>(cpus.size());
      cpus.push_back(cpu.get());
    }
  }
  const SimCpu* first = cpus.front();
  Time at = stuck.at();
  for (const SimCpu* cpu : cpus) {
    at = std::max(at, cpu->now());  // the last one to wait may have run ahead of the engine
    Waiter waiter{"pcpu " + std::to_string(cpu->id().n), "nothing it has named", std::nullopt};
    if (!cpu->waiting_for().empty()) {
      waiter.what = cpu->waiting_for() + " since " + std::to_string(cpu->now().ps / 1000) + " ns";
      if (const auto holder = index.find(cpu->holder());
          holder != index.end() && cpu->holder() != cpu->id()) {
        waiter.holder = holder->second;
      }
      first = first->waiting_for().empty() ? cpu : first;
    }
    waiter.what += ", at " + cpu->last_place().text();
    waiters.push_back(std::move(waiter));
  }
  const bool deadlock = stuck.kind() == Stuck::Kind::deadlock;
  const std::vector<std::uint32_t> cycle = wait_cycle(waiters);
  first = cycle.empty() ? first : cpus[cycle.front()];
  return {.rule = stuck.what(),
          .what = deadlock ? "every pCPU waits and nobody can wake one"
                           : "no work was finished for " +
                                 std::to_string(parts_->options.no_progress_after.ps / 1'000'000) +
                                 " us",
          .at = deadlock ? at : stuck.at(),
          .pcpu = first->id(),
          .place = first->last_place().text(),
          .verbs = describe_wait(waiters)};
}

Cpu& Machine::cpu(PcpuId pcpu) {
  return *parts_->hardware.cpus[pcpu.n];
}

const StoreBuffer& Machine::stores(PcpuId pcpu) const {
  return parts_->hardware.cpus[pcpu.n]->stores();
}

std::uint64_t Machine::digest() const {
  Digest digest;
  for (const auto& cpu : parts_->hardware.cpus) {
    digest.mix(cpu->digest());
    digest.mix(static_cast<std::uint64_t>(cpu->now().ps));
  }
  return digest.value();
}

Time Machine::finished() const {
  return parts_->hardware.finished;
}

std::uint64_t Machine::verbs() const {
  std::uint64_t sum = 0;
  for (const auto& cpu : parts_->hardware.cpus) {
    sum += cpu->verbs();
  }
  return sum;
}

std::uint64_t Machine::switches() const {
  return parts_->engine->switches();
}

const Accounting& Machine::accounting(PcpuId pcpu) const {
  return parts_->hardware.cpus[pcpu.n]->accounting();
}

std::vector<LineReport> Machine::lines() const {
  return parts_->coherence.report();
}

std::vector<const LockStat*> Machine::locks() const {
  std::vector<const LockStat*> stats;
  for (const auto& [name, stat] : parts_->lock_stats) {
    stats.push_back(&stat);
  }
  return stats;
}

const Traffic& Machine::traffic() const {
  Traffic& traffic = parts_->coherence.traffic();
  traffic.link_busy_ps = parts_->interconnect.link_busy_ps();
  traffic.channel_busy_ps = parts_->interconnect.channel_busy_ps();
  return traffic;
}

}  // namespace hvsim
