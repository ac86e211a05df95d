// The first worker sends call_function to all others and polls a mask from which each target takes
// itself by a locked instruction, as Xen's on_selected_cpus does; there is nothing to call and no
// lock around it. Three instants are kept: the last request is sent, the last target is in its
// handler, the initiator has seen that all have answered.
#include <algorithm>
#include <array>

#include "models/workload/ipi_broadcast.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {
namespace {

class IpiBroadcast : public Workload {
 public:
  explicit IpiBroadcast(const Values& values)
      : values_(values),
        window_(values),
        think_(values.duration("think")),
        busy_(values.choice("targets") == "busy") {}

  std::vector<PcpuId> setup(Host& host) override {
    const std::vector<PcpuId> placed = place_workers(host, values_);
    if (placed.size() < 2) {
      throw BadParameter("threads", "a broadcast takes an initiator and a target");
    }
    words_ = &host.memory().make<Words>("call_mask", host.socket_of(placed.front()));
    used_words_ = (host.pcpus() + 63) / 64;
    handled_.resize(host.pcpus());
    random_.push_back(host.random(0));
    for (const PcpuId target : placed) {
      if (target != placed.front()) {
        targets_.add(target);
      }
    }
    host.on_interrupt(Vector::call_function, [this](Cpu& cpu) { answer(cpu); });
    return placed;
  }

  void run(Cpu& cpu, unsigned worker) override {
    if (worker == 0) {
      initiate(cpu);
    } else {
      while (cpu.now() < window_.end) {
        busy_ ? cpu.compute(microseconds(1)) : cpu.halt(window_.end);
      }
    }
  }

  void check(Cpu& cpu) override {
    targets_.each([&](PcpuId target) {
      if (handled_[target.n].times != rounds_) {
        cpu.violated("IPI-S1",
                     "pCPU " + std::to_string(target.n) + " has handled " +
                         std::to_string(handled_[target.n].times) + " of " +
                         std::to_string(rounds_) + " broadcasts",
                     &words_->pending[target.n / 64]);
      }
    });
  }

  void measure(Metrics& metrics) override {
    metrics.set("rounds", static_cast<std::int64_t>(measured_));
    const auto set = [&](const std::string& name, const Histogram& from) {
      merge(metrics.histogram(name + "_ns"), from);
      metrics.set(name + "_p50_ns", from.at_permille(500));
      metrics.set(name + "_p99_ns", from.at_permille(990));
    };
    set("sent", sent_);
    set("last_handled", last_handled_);
    set("answered", answered_);
  }

 private:
  struct Words {
    Shared<std::uint64_t> pending[max_pcpus / 64];
  };
  struct Handled {
    Time at{};
    std::uint64_t times = 0;
  };

  void initiate(Cpu& cpu) {
    start_somewhen(cpu, random_.front());
    std::array<std::uint64_t, max_pcpus / 64> bits{};
    targets_.each([&](PcpuId p) { bits[p.n / 64] |= std::uint64_t{1} << (p.n % 64); });
    while (cpu.now() < window_.end) {
      broadcast(cpu, bits);
      cpu.progress();
      if (think_ > Duration{}) {
        cpu.compute(think_);
      }
    }
  }

  void broadcast(Cpu& cpu, const std::array<std::uint64_t, max_pcpus / 64>& bits) {
    for (unsigned w = 0; w < used_words_; ++w) {
      cpu.store(words_->pending[w], bits[w]);
    }
    cpu.fence();
    const Time began = cpu.now();
    cpu.send_ipi(targets_, Vector::call_function);
    const Time sent = cpu.now();
    for (unsigned w = 0; w < used_words_; ++w) {
      while (cpu.load(words_->pending[w]) != 0) {
        cpu.relax();
      }
    }
    const Time answered = cpu.now();
    cpu.ghost_point();
    ++rounds_;
    Time last{};
    targets_.each([&](PcpuId p) { last = std::max(last, handled_[p.n].at); });
    if (window_.has(answered)) {
      ++measured_;
      sent_.add((sent - began).ps / 1000);
      last_handled_.add((last - began).ps / 1000);
      answered_.add((answered - began).ps / 1000);
    }
  }

  void answer(Cpu& cpu) {
    const Time at = cpu.now();
    const unsigned n = cpu.id().n;
    cpu.ghost_point();
    handled_[n].at = at;
    ++handled_[n].times;
    cpu.test_and_clear_bit(words_->pending[n / 64], n % 64);
  }

  Values values_;
  Window window_;
  Duration think_;
  bool busy_;
  unsigned used_words_ = 0;
  Words* words_ = nullptr;
  PcpuSet targets_;
  std::vector<Handled> handled_;  // ghost, by pCPU
  std::vector<Random> random_;    // the initiator's
  std::uint64_t rounds_ = 0;
  std::uint64_t measured_ = 0;  // of them, in the window
  Histogram sent_, last_handled_, answered_;
};

std::vector<Parameter> broadcast_parameters() {
  std::vector<Parameter> all = {
      {.name = "targets",
       .type = Parameter::Type::choice,
       .fallback_choice = "busy",
       .choices = {"busy", "halted"},
       .doc = "what the interrupted pCPUs do: compute, or sleep"},
  };
  const std::vector<Parameter> shared = storm_parameters();
  all.insert(all.end(), shared.begin(), shared.end());
  return all;
}

}  // namespace

WorkloadKind ipi_broadcast_kind() {
  return {
      "ipi_broadcast",
      "one pCPU interrupts all others of the threads and waits for their answers",
      broadcast_parameters(),
      {
          {"answered_p50_ns", "ns", "from the first send until all answers are seen, median"},
          {"answered_p99_ns", "ns", "99th percentile of the same"},
          {"sent_p50_ns", "ns", "of that: until the last request is sent, median"},
          {"sent_p99_ns", "ns", "99th percentile of the same"},
          {"last_handled_p50_ns", "ns",
           "of that: until the last target is in its handler, median"},
          {"last_handled_p99_ns", "ns", "99th percentile of the same"},
          {"rounds", "1", "broadcasts that were answered in the window"},
      },
      [](const Values& values) { return std::make_unique<IpiBroadcast>(values); },
  };
}

}  // namespace hvsim
