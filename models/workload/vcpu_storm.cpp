// Domains of vCPUs that take turns on fewer pCPUs. In each domain some sleep from beginning to
// end; the others compute, send an event to the next one that is awake, and poll for one, each
// until the time is over, and once at least. Then the first one of each domain wakes the sleepers,
// which end.
#include "models/workload/vcpu_storm.hpp"

#include <algorithm>

#include "models/hypervisor/sched/scheduler.hpp"

namespace hvsim {

namespace {

class VcpuStorm : public Workload {
 public:
  explicit VcpuStorm(const Values& values) : values_(values) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned) override { scheduler_->run(cpu); }
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  struct Guest {
    Vcpu* vcpu = nullptr;
    bool sleeps = false;
    std::uint64_t turns = 0;
    std::uint64_t counted = 0;  // of those, in the window
    bool ended = false;
  };
  void add_domain(Host& host, unsigned number);
  void live(GuestCpu& guest, unsigned domain, unsigned number);
  void work(GuestCpu& guest, Guest& self, unsigned domain, unsigned number);
  Guest& of(unsigned domain, unsigned number) { return guests_[domain * vcpus_ + number]; }

  Values values_;
  unsigned vcpus_ = 0;  // a domain
  unsigned awake_ = 0;  // of those
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<Guest> guests_;
};

std::vector<PcpuId> VcpuStorm::setup(Host& host) {
  const unsigned domains = values_.count("domains");
  awake_ = values_.count("awake");
  vcpus_ = awake_ + values_.count("sleepers");
  const unsigned pcpus = values_.count("pcpus") == 0 ? host.pcpus() : values_.count("pcpus");
  if (pcpus > host.pcpus()) {
    throw BadParameter("pcpus", "this machine has " + std::to_string(host.pcpus()) + " pCPUs");
  }
  if (domains * vcpus_ > pcpus * most_vcpus_a_pcpu) {
    throw BadParameter(
        "vcpus", "more than " + std::to_string(most_vcpus_a_pcpu) + " vCPUs a pCPU are too many");
  }
  SchedulerOptions options;
  options.kind = values_.choice("scheduler");
  options.times = {values_.duration("timeslice"), values_.duration("ratelimit")};
  options.pcpus = pcpus;
  scheduler_ = std::make_unique<Scheduler>(host, options);
  guests_.resize(domains * vcpus_);
  for (unsigned d = 0; d < domains; ++d) {
    add_domain(host, d);
  }
  return scheduler_->pcpus();
}

// Those that work go vCPU by vCPU round the pCPUs, and so do those that sleep.
void VcpuStorm::add_domain(Host& host, unsigned number) {
  const SocketId node{number % host.sockets()};
  PvDomain& domain = scheduler_->add_domain({.name = "d" + std::to_string(number), .node = node});
  const auto pcpus = static_cast<unsigned>(scheduler_->pcpus().size());
  for (unsigned v = 0; v < vcpus_; ++v) {
    VcpuOptions options;
    const unsigned place =
        v < awake_ ? number * awake_ + v : number * (vcpus_ - awake_) + (v - awake_);
    options.processor = PcpuId{place % pcpus};
    options.node = node;
    Guest& guest = of(number, v);
    guest.sleeps = v >= awake_;
    guest.vcpu = &scheduler_->add_vcpu(domain, options,
                                       [this, number, v](GuestCpu& cpu) { live(cpu, number, v); });
  }
}

void VcpuStorm::live(GuestCpu& guest, unsigned domain, unsigned number) {
  Guest& self = of(domain, number);
  if (self.sleeps) {
    guest.block();
  } else {
    work(guest, self, domain, number);
  }
  self.ended = true;
}

void VcpuStorm::work(GuestCpu& guest, Guest& self, unsigned domain, unsigned number) {
  const Time warm = Time{} + values_.duration("warm_up");
  const Time end = warm + values_.duration("duration");
  const Duration think = values_.duration("think");
  const Duration patience = values_.duration("patience");
  do {
    guest.compute(think);
    guest.notify(*of(domain, (number + 1) % awake_).vcpu);
    guest.block_until(guest.now() + patience);
    ++self.turns;
    const Time now = guest.now();
    self.counted += now >= warm && now < end ? 1 : 0;
    guest.progress();
  } while (guest.now() < end);
  for (unsigned v = awake_; number == 0 && v < vcpus_; ++v) {
    guest.notify(*of(domain, v).vcpu);
  }
}

void VcpuStorm::check(Cpu& cpu) {
  scheduler_->check(cpu);
  for (const Guest& guest : guests_) {
    if (!guest.ended || (!guest.sleeps && guest.turns == 0)) {
      cpu.violated("conservation", guest.vcpu->name + " did not get to do its work",
                   &guest.vcpu->words);
    }
  }
}

void VcpuStorm::measure(Metrics& metrics) {
  std::uint64_t turns = 0;
  std::uint64_t counted = 0;
  std::uint64_t migrations = 0;
  std::uint64_t fewest = ~std::uint64_t{0};
  std::uint64_t most = 0;
  Duration longest{};
  for (const Guest& guest : guests_) {
    migrations += guest.vcpu->migrations;
    longest = std::max(longest, guest.vcpu->longest_wait);
    if (!guest.sleeps) {
      turns += guest.turns;
      counted += guest.counted;
      fewest = std::min(fewest, guest.turns);
      most = std::max(most, guest.turns);
    }
  }
  const auto per_1000 = [&](std::uint64_t count) {
    return static_cast<std::int64_t>(count * 1000 / std::max<std::uint64_t>(turns, 1));
  };
  metrics.set("turns", static_cast<std::int64_t>(counted));
  metrics.set("switches_per_1000_turns", per_1000(scheduler_->switches()));
  metrics.set("wakes_per_1000_turns", per_1000(scheduler_->wakes()));
  metrics.set("migrations_per_1000_turns", per_1000(migrations));
  metrics.set("longest_wait_us", longest.ps / 1'000'000);
  metrics.set("fewest_to_most_permille",
              static_cast<std::int64_t>(fewest * 1000 / std::max<std::uint64_t>(most, 1)));
}

std::vector<Parameter> vcpu_storm_crowd() {
  using Type = Parameter::Type;
  return {
      {.name = "scheduler",
       .type = Type::choice,
       .fallback_choice = "credit",
       .choices = scheduler_names(),
       .doc = "which vCPU runs next, and for how long"},
      {.name = "domains",
       .type = Type::count,
       .fallback = 2,
       .least = 1,
       .most = 512,
       .doc = "domains"},
      {.name = "awake",
       .type = Type::count,
       .fallback = 4,
       .least = 1,
       .most = 512,
       .doc = "vCPUs of each domain that work"},
      {.name = "sleepers",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 512,
       .doc = "further vCPUs of each domain, which sleep from beginning to end"},
      {.name = "pcpus",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 512,
       .doc = "pCPUs that run them, from number 0 up; 0: all"},
  };
}

std::vector<Parameter> vcpu_storm_parameters() {
  using Type = Parameter::Type;
  const std::vector<Parameter> times = {
      {.name = "timeslice",
       .type = Type::duration,
       .fallback = milliseconds(30).ps,
       .least = microseconds(10).ps,
       .most = milliseconds(1000).ps,
       .doc = "how long a vCPU runs before others have their turn"},
      {.name = "ratelimit",
       .type = Type::duration,
       .fallback = milliseconds(1).ps,
       .least = 0,
       .most = milliseconds(1000).ps,
       .doc = "credit: how long one runs at least, whoever is woken"},
      {.name = "think",
       .type = Type::duration,
       .fallback = microseconds(20).ps,
       .least = 1,
       .most = milliseconds(100).ps,
       .doc = "what a vCPU computes before it sends an event"},
      {.name = "patience",
       .type = Type::duration,
       .fallback = microseconds(100).ps,
       .least = 1,
       .most = milliseconds(100).ps,
       .doc = "how long it then waits for one at most"},
      {.name = "duration",
       .type = Type::duration,
       .fallback = milliseconds(1).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(10'000).ps,
       .doc = "the measured window; then the vCPUs begin to end"},
      {.name = "warm_up",
       .type = Type::duration,
       .fallback = 0,
       .least = 0,
       .most = milliseconds(10'000).ps,
       .doc = "time before the window"},
  };
  std::vector<Parameter> all = vcpu_storm_crowd();
  all.insert(all.end(), times.begin(), times.end());
  return all;
}

}  // namespace

WorkloadKind vcpu_storm_kind() {
  return {
      "vcpu_storm",
      "vCPUs of many domains compute, wake each other and sleep",
      vcpu_storm_parameters(),
      {
          {"turns", "1", "computations with an event and a sleep behind them, in the window"},
          {"switches_per_1000_turns", "1", "times that a pCPU went to another vCPU, of all turns"},
          {"wakes_per_1000_turns", "1", "times that a vCPU was woken, of all turns"},
          {"migrations_per_1000_turns", "1",
           "times that a vCPU went to another pCPU, of all turns"},
          {"longest_wait_us", "us", "the longest that a vCPU that could run waited for a pCPU"},
          {"fewest_to_most_permille", "permille",
           "turns of the vCPU with the fewest, by those of the one with the most"},
      },
      [](const Values& values) { return std::make_unique<VcpuStorm>(values); },
  };
}

}  // namespace hvsim
