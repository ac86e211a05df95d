// fetch_add is one locked instruction an operation and never fails. cmpxchg_loop loads the word
// and then tries to replace what it saw, as reference counts and old locks do: two transactions an
// attempt, and an attempt may be for nothing. load_only reads a line that nobody writes.
#include "models/workload/atomic_storm.hpp"

#include "models/workload/storm.hpp"

namespace hvsim {

namespace {

class AtomicStorm : public Workload {
 public:
  explicit AtomicStorm(const Values& values)
      : values_(values),
        window_(values),
        think_(values.duration("think")),
        op_(values.choice("op")) {}

  std::vector<PcpuId> setup(Host& host) override {
    const std::vector<PcpuId> placed = place_workers(host, values_);
    counter_ = &host.memory().make<Shared<std::uint64_t>>("storm.counter", SocketId{0});
    workers_.resize(placed.size());
    for (unsigned worker = 0; worker < placed.size(); ++worker) {
      random_.push_back(host.random(worker));
    }
    return placed;
  }

  void run(Cpu& cpu, unsigned worker) override {
    Worker& mine = workers_[worker];
    start_somewhen(cpu, random_[worker]);
    while (cpu.now() < window_.end) {
      const std::uint64_t attempts = operate(cpu);
      ++mine.ops;
      if (window_.has(cpu.now())) {
        ++mine.done;
        mine.attempts += attempts;
      }
      cpu.progress();
      if (think_ > Duration{}) {
        cpu.compute(think_);
      }
    }
  }

  void check(Cpu& cpu) override {
    std::uint64_t ops = 0;
    for (const Worker& worker : workers_) {
      ops += worker.ops;
    }
    const std::uint64_t expected = op_ == "load_only" ? 0 : ops;
    if (counter_->peek() != expected) {
      cpu.violated("conservation",
                   "the counter is " + std::to_string(counter_->peek()) + " after " +
                       std::to_string(expected) + " operations",
                   counter_);
    }
  }

  void measure(Metrics& metrics) override {
    std::vector<std::int64_t> done;
    std::uint64_t attempts = 0;
    for (const Worker& worker : workers_) {
      done.push_back(worker.done);
      attempts += worker.attempts;
    }
    measure_rate(metrics, window_, done);
    const auto tried = static_cast<std::int64_t>(attempts);
    const std::int64_t failed = tried - metrics.values().at("ops");
    metrics.set("failed_attempts_permille", tried == 0 ? 0 : failed * 1000 / tried);
  }

 private:
  struct Worker {
    std::int64_t done = 0;       // in the window
    std::uint64_t attempts = 0;  // in the window
    std::uint64_t ops = 0;       // in all
  };

  // One operation; returns how many attempts it took.
  std::uint64_t operate(Cpu& cpu) {
    if (op_ == "load_only") {
      cpu.load(*counter_);
      return 1;
    }
    if (op_ == "fetch_add") {
      cpu.fetch_add(*counter_, 1);
      return 1;
    }
    for (std::uint64_t attempts = 1;; ++attempts) {
      const std::uint64_t seen = cpu.load(*counter_);
      if (cpu.cmpxchg(*counter_, seen, seen + 1) == seen) {
        return attempts;
      }
    }
  }

  Values values_;
  Window window_;
  Duration think_;
  std::string op_;
  Shared<std::uint64_t>* counter_ = nullptr;
  std::vector<Worker> workers_;
  std::vector<Random> random_;
};

std::vector<Parameter> atomic_storm_parameters() {
  std::vector<Parameter> all = {
      {.name = "op",
       .type = Parameter::Type::choice,
       .fallback_choice = "fetch_add",
       .choices = {"fetch_add", "cmpxchg_loop", "load_only"},
       .doc = "the kind of access"},
  };
  const std::vector<Parameter> shared = storm_parameters();
  all.insert(all.end(), shared.begin(), shared.end());
  return all;
}

}  // namespace

WorkloadKind atomic_storm_kind() {
  return {
      "atomic_storm",
      "threads hit one word with one kind of access",
      atomic_storm_parameters(),
      {
          {"ops_per_ms", "1/ms", "operations of all threads"},
          {"ps_per_op", "ps", "the window divided by the operations of all threads"},
          {"thread_ps_per_op", "ps", "one thread's time for an operation, thinking included"},
          {"slowest_thread_permille", "permille", "operations of the slowest thread, of the mean"},
          {"ops", "1", "operations finished in the window"},
          {"failed_attempts_permille", "permille", "attempts that had to be made again"},
      },
      [](const Values& values) { return std::make_unique<AtomicStorm>(values); },
  };
}

}  // namespace hvsim
