#include "sim/hw/host_machine.hpp"

#include <sched.h>

#include <condition_variable>
#include <exception>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/hw/host_cpu.hpp"
#include "sim/time/progress.hpp"

namespace hvsim {
namespace {

// The processors of the host that this process may use; none if the host does not tell.
std::vector<int> processors() {
  std::vector<int> usable;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int i = 0; i < CPU_SETSIZE; ++i) {
      if (CPU_ISSET(i, &set)) {
        usable.push_back(i);
      }
    }
  }
  return usable;
}

// Keeps the calling thread on one processor. If the host refuses, it runs where it runs.
void stay_on(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  static_cast<void>(sched_setaffinity(0, sizeof set, &set));
}

}  // namespace

struct HostMachine::Parts {
  explicit Parts(const HostOptions& host_options)
      : options(host_options), memory(options.sockets), threads{memory} {}

  void launch();
  void live(HostCpu& cpu, const std::function<void(Cpu&)>& worker);
  void meet_others();
  bool wait_for_all();
  std::uint64_t finished_work() const;
  Finding describe_stuck() const;

  struct Worker {
    PcpuId pcpu;
    std::function<void(Cpu&)> body;
  };

  HostOptions options;
  Memory memory;
  HostThreads threads;
  std::map<std::string, LockStat> lock_stats;
  std::vector<Worker> workers;
  std::vector<std::thread> running_on;
  std::atomic<unsigned> arrived{0};
  std::mutex ending;  // guards what follows
  std::condition_variable ended;
  unsigned running = 0;
  std::exception_ptr failure;  // the first
};

HostMachine::HostMachine(const HostOptions& options) : parts_(std::make_unique<Parts>(options)) {
  check(pcpus() <= max_pcpus, "no more pCPUs than a PcpuSet holds");
  for (std::uint32_t i = 0; i < pcpus(); ++i) {
    parts_->threads.cpus.push_back(std::make_unique<HostCpu>(PcpuId{i}, parts_->threads));
  }
}

HostMachine::~HostMachine() = default;

Memory& HostMachine::memory() {
  return parts_->memory;
}
unsigned HostMachine::sockets() const {
  return parts_->options.sockets;
}
unsigned HostMachine::cores_per_socket() const {
  return parts_->options.cores_per_socket;
}
unsigned HostMachine::threads_per_core() const {
  return parts_->options.threads_per_core;
}
Random HostMachine::random(std::uint64_t stream) const {
  return Random(parts_->options.seed, stream);
}

void HostMachine::on_interrupt(Vector vector, std::function<void(Cpu&)> handler) {
  parts_->threads.handlers[static_cast<unsigned>(vector)] = std::move(handler);
}

LockStat& HostMachine::lock_stat(const std::string& name) {
  LockStat& stat = parts_->lock_stats[name];
  stat.name = name;
  return stat;
}

Cpu& HostMachine::cpu(PcpuId pcpu) {
  return *parts_->threads.cpus[pcpu.n];
}

void HostMachine::start(PcpuId pcpu, std::function<void(Cpu&)> body) {
  check(pcpu.n < pcpus(), "a pCPU of this machine");
  HostCpu& cpu = *parts_->threads.cpus[pcpu.n];
  check(!cpu.has_worker(), "one worker a pCPU");
  cpu.gets_worker();
  parts_->workers.push_back({pcpu, std::move(body)});
}

void HostMachine::run() {
  Parts& parts = *parts_;
  check(parts.running_on.empty(), "a machine runs once");
  std::optional<Finding> stuck;
  try {
    parts.launch();
    if (!parts.wait_for_all()) {
      stuck = Finding{};
    }
  } catch (...) {  // the host refuses another thread
    parts.failure = std::current_exception();
    parts.threads.stopping = true;
  }
  for (std::thread& thread : parts.running_on) {
    thread.join();
  }
  parts.threads.over = true;
  if (parts.failure) {
    std::rethrow_exception(parts.failure);
  }
  if (stuck) {
    throw RuleViolated(parts.describe_stuck());
  }
}

void HostMachine::Parts::launch() {
  threads.started = std::chrono::steady_clock::now();
  threads.working = static_cast<unsigned>(workers.size());
  running = threads.working;
  const std::vector<int> usable = processors();
  for (const Worker& worker : workers) {
    HostCpu& cpu = *threads.cpus[worker.pcpu.n];
    const bool enough = workers.size() <= usable.size();
    const std::optional<int> own =
        enough ? std::optional(usable[running_on.size()]) : std::nullopt;
    running_on.emplace_back([this, &cpu, &worker, own] {
      if (own) {
        stay_on(*own);
      }
      live(cpu, worker.body);
    });
  }
}

void HostMachine::Parts::live(HostCpu& cpu, const std::function<void(Cpu&)>& worker) {
  std::exception_ptr failed;
  try {
    meet_others();
    cpu.live(worker);
  } catch (const HostRunEnded&) {
  } catch (...) {
    failed = std::current_exception();
    threads.stopping = true;
  }
  cpu.leave_ghosts();
  const std::lock_guard guard(ending);
  if (failed && !failure) {
    failure = std::move(failed);
  }
  --running;
  ended.notify_one();
}

void HostMachine::Parts::meet_others() {
  ++arrived;
  for (unsigned turns = 0; arrived < workers.size() && !threads.stopping;) {
    wait_a_turn(turns);
  }
}

// False: they were stopped, because nothing had been finished for too long.
bool HostMachine::Parts::wait_for_all() {
  const std::chrono::nanoseconds limit(options.no_progress_after / picoseconds(1000));
  std::unique_lock lock(ending);
  for (std::uint64_t seen = finished_work();;) {
    if (ended.wait_for(lock, limit, [&] { return running == 0; })) {
      return true;
    }
    const std::uint64_t now = finished_work();
    if (now == seen) {
      threads.stopping = true;
      return false;
    }
    seen = now;
  }
}

std::uint64_t HostMachine::Parts::finished_work() const {
  std::uint64_t sum = workers.size() - threads.working.load();
  for (const auto& cpu : threads.cpus) {
    sum += cpu->finished_work();
  }
  return sum;
}

// After the threads have ended.
Finding HostMachine::Parts::describe_stuck() const {
  std::map<PcpuId, std::uint32_t> index;
  for (const Worker& worker : workers) {
    index.insert({worker.pcpu, static_cast<std::uint32_t>(index.size())});
  }
  const HostCpu* first = threads.cpus[workers.front().pcpu.n].get();
  std::vector<Waiter> waiters;
  for (const Worker& worker : workers) {
    const HostCpu& cpu = *threads.cpus[worker.pcpu.n];
    Waiter waiter{"pcpu " + std::to_string(cpu.id().n), "nothing it has named", std::nullopt};
    if (!cpu.waiting_for().empty()) {
      waiter.what = cpu.waiting_for();
      const auto holder = index.find(cpu.holder());
      if (holder != index.end() && cpu.holder() != cpu.id()) {
        waiter.holder = holder->second;
      }
      first = first->waiting_for().empty() ? &cpu : first;
    }
    waiter.what += ", at " + cpu.last_place().text();
    waiters.push_back(std::move(waiter));
  }
  return {.rule = "no progress",
          .what = "no work was finished for " +
                  std::to_string(options.no_progress_after / milliseconds(1)) + " ms of real time",
          .at = first->now(),
          .pcpu = first->id(),
          .place = first->last_place().text(),
          .verbs = describe_wait(waiters)};
}

}  // namespace hvsim
