// A workload small enough to know its results by heart, and scenarios of it: for tests of the
// runner.
//
// Each worker adds 1 to one shared counter `adds` times, with one locked instruction ("locked") or
// with a load and a store ("torn": loses updates, which check() reports as rule COUNT-1).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/workload/workload.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/result.hpp"

namespace hvsim {

class CountingWorkload : public Workload {
 public:
  explicit CountingWorkload(const Values& values)
      : workers_(values.count("workers")),
        adds_(values.count("adds")),
        locked_(values.choice("how") == "locked") {}

  std::vector<PcpuId> setup(Host& host) override {
    if (workers_ > host.pcpus()) {
      throw BadParameter("workers", "there are only " + std::to_string(host.pcpus()) + " pCPUs");
    }
    counter_ = &host.memory().make<Shared<std::uint64_t>>("counter", SocketId{0});
    std::vector<PcpuId> pcpus;
    for (unsigned i = 0; i < workers_; ++i) {
      pcpus.push_back(PcpuId{i});
    }
    return pcpus;
  }

  void run(Cpu& cpu, unsigned /*worker*/) override {
    for (unsigned i = 0; i < adds_; ++i) {
      if (locked_) {
        cpu.fetch_add(*counter_, 1);
      } else {
        const std::uint64_t value = cpu.load(*counter_);
        cpu.store(*counter_, value + 1);
      }
      cpu.progress();
    }
  }

  void check(Cpu& cpu) override {
    if (counter_->peek() != std::uint64_t{workers_} * adds_) {
      cpu.violated("COUNT-1", "an addition was lost", counter_);
    }
  }

  void measure(Metrics& metrics) override {
    metrics.set("counted", static_cast<std::int64_t>(counter_->peek()));
    metrics.histogram("adds").add(adds_, workers_);
  }

 private:
  unsigned workers_;
  unsigned adds_;
  bool locked_;
  Shared<std::uint64_t>* counter_ = nullptr;
};

inline const WorkloadKind& counting_kind() {
  static const WorkloadKind kind = [] {
    WorkloadKind made;
    made.name = "counting";
    made.doc = "adds to one counter";
    Parameter workers{"workers", Parameter::Type::count, 2, 1, 100};
    Parameter adds{"adds", Parameter::Type::count, 10, 1, 1'000'000};
    Parameter how{"how", Parameter::Type::choice, 0, 0, 0, "locked", {"locked", "torn"}};
    made.parameters = {workers, adds, how};
    made.metrics = {{"counted", "1", "what the counter says at the end"}};
    made.make = [](const Values& values) { return std::make_unique<CountingWorkload>(values); };
    return made;
  }();
  return kind;
}

// Two axes, three values by two, and two seeds.
inline Scenario counting_scenario() {
  Scenario scenario;
  scenario.name = "counting";
  scenario.why = "A test of the runner";
  scenario.machine = "toy-2s4c";
  scenario.machines[scenario.machine] =
      read_machine("toy-2s4c", HVSIM_SOURCE_DIR "/scenarios/counting.json");
  scenario.workload = &counting_kind();
  scenario.axes = {
      {"workers", "workload.workers", {"1", "2", "4"}, {"counting.json", 5, 3, "/axes"}},
      {"adds", "workload.adds", {"5", "10"}, {"counting.json", 6, 3, "/axes"}}};
  scenario.seeds = {1, 2};
  return scenario;
}

}  // namespace hvsim
