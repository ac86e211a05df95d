// Domains of vCPUs, each with processes of its own, on pCPUs that they share.
#include "models/workload/pt_cache.hpp"

#include <algorithm>

#include "models/hypervisor/sched/scheduler.hpp"
#include "models/hypervisor/shadow/catalog.hpp"
#include "models/workload/pt_cache_options.hpp"
#include "models/workload/pt_guest.hpp"

namespace hvsim {

namespace {

constexpr std::uint64_t guests_stream = 1;

unsigned number_of(const std::string& choice) {
  return static_cast<unsigned>(std::stoul(choice));
}

LoaderOptions loader_options(const Values& values) {
  const std::string& replacement = values.choice("replacement");
  const std::string& block = values.choice("copy_block");
  return {
      .entries = number_of(values.choice("entries")),
      .replacement = replacement == "lru"    ? Replacement::lru
                     : replacement == "fifo" ? Replacement::fifo
                                             : Replacement::random,
      .block = block == "entry"  ? 1
               : block == "line" ? 8
                                 : l4::entries,
  };
}

unsigned halves_of(const std::string& skew) {
  static const std::vector<std::string> known = {"0", "0.5", "1", "1.5", "2"};
  return static_cast<unsigned>(std::find(known.begin(), known.end(), skew) - known.begin());
}

class PtCache : public Workload {
 public:
  explicit PtCache(const Values& values)
      : values_(values),
        picker_(values.choice("next") == "in_turn" ? NextProcess::in_turn : NextProcess::at_random,
                values.count("processes"), halves_of(values.choice("skew"))) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned) override { scheduler_->run(cpu); }
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  void add_domain(Host& host, unsigned number, Random& seeds);
  Process make_process(PvDomain& domain, const std::string& name, SocketId node);
  void measure_loads(Metrics& metrics, const PtCounts& sum);
  void measure_calls(Metrics& metrics);

  Values values_;
  ProcessPicker picker_;
  unsigned pcpus_ = 0;
  unsigned vcpus_ = 0;  // of each domain
  std::unique_ptr<CrossCall> calls_;
  std::unique_ptr<L4Frames> frames_;
  std::unique_ptr<L4Loader> loader_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<PtSetting> setting_;
  LockStat* call_lock_ = nullptr;
  std::vector<std::unique_ptr<Process>> common_;  // by domain
  std::vector<std::unique_ptr<PtGuest>> guests_;
};

std::vector<PcpuId> PtCache::setup(Host& host) {
  pcpus_ = values_.count("pcpus");
  if (pcpus_ > host.pcpus()) {
    throw BadParameter("pcpus", "the machine has " + std::to_string(host.pcpus()));
  }
  vcpus_ = values_.count("vcpus") == 0 ? pcpus_ : values_.count("vcpus");
  const unsigned vcpus = values_.count("domains") * vcpus_;
  if (vcpus > most_vcpus_a_pcpu * pcpus_) {
    throw BadParameter("vcpus", std::to_string(vcpus) + " vCPUs are more than " +
                                    std::to_string(most_vcpus_a_pcpu) + " for each pCPU");
  }
  calls_ = std::make_unique<CrossCall>(host);
  calls_->set_bound(values_.duration("call_within"));
  call_lock_ = &host.lock_stat("call_lock");
  frames_ = std::make_unique<L4Frames>(host);
  loader_ =
      make_l4_loader(values_.choice("loader"), host, *calls_, *frames_, loader_options(values_));
  SchedulerOptions options;
  options.kind = values_.choice("scheduler");
  options.times.timeslice = values_.duration("timeslice");
  options.pcpus = pcpus_;
  options.loader = loader_.get();
  scheduler_ = std::make_unique<Scheduler>(host, options);
  setting_ = std::make_unique<PtSetting>(PtSetting{
      .loader = *loader_,
      .frames = *frames_,
      .window = Window(values_),
      .calls = values_.count("calls"),
      .user = values_.duration("user"),
      .kernel = values_.duration("kernel"),
      .touch = static_cast<std::uint64_t>(values_.number("touch")),
      .write_fraction = static_cast<std::uint32_t>(values_.number("write_fraction")),
      .write_slots = values_.count("write_slots"),
      .exit_fraction = static_cast<std::uint32_t>(values_.number("exit_fraction")),
      .shared_fraction = static_cast<std::uint32_t>(values_.number("shared_fraction")),
      .turns = values_.count("turns"),
  });
  Random seeds = host.random(guests_stream);
  for (unsigned d = 0; d < values_.count("domains"); ++d) {
    add_domain(host, d, seeds);
  }
  return scheduler_->pcpus();
}

void PtCache::add_domain(Host& host, unsigned number, Random& seeds) {
  PvDomain& domain = scheduler_->add_domain({.name = "d" + std::to_string(number)});
  common_.push_back(
      std::make_unique<Process>(make_process(domain, domain.name + ".l4", SocketId{0})));
  Process& common = *common_.back();
  common.shared = true;
  for (unsigned v = 0; v < vcpus_; ++v) {
    const PcpuId pcpu{(number * vcpus_ + v) % pcpus_};
    const SocketId node = host.socket_of(pcpu);
    std::vector<Process> processes;
    for (unsigned p = 0; p < values_.count("processes"); ++p) {
      processes.push_back(make_process(
          domain, domain.name + "v" + std::to_string(v) + ".l4[" + std::to_string(p) + "]", node));
    }
    const L4Tables first{processes[0].kernel, processes[0].user, true};
    const Address memory =
        setting_->touch == 0
            ? 0
            : host.memory().reserve(domain.name + "v" + std::to_string(v) + ".memory",
                                    setting_->touch, node);
    const std::uint32_t seed = seeds.next();
    guests_.push_back(std::make_unique<PtGuest>(*setting_, std::move(processes), common, picker_,
                                                memory, Random(seed, guests_.size())));
    PtGuest& guest = *guests_.back();
    Vcpu& vcpu = scheduler_->add_vcpu(domain, {.processor = pcpu, .node = node},
                                      [&guest](GuestCpu& cpu) { guest.run(cpu); });
    vcpu.tables = first;
  }
}

// Slot 257 of a guest's table is the hypervisor's: not the one that a pCPU wants there.
Process PtCache::make_process(PvDomain& domain, const std::string& name, SocketId node) {
  Process process;
  process.kernel = frames_->allocate(name, 2, node);
  process.user = process.kernel + page_bytes;
  for (const Address table : {process.kernel, process.user}) {
    auto& held = table == process.user ? process.in_user : process.in_kernel;
    for (unsigned n = 0; n < Process::slots; ++n) {
      held[n] = table + n * line_bytes + l4::present;
      frames_->entry(table, Process::slot(n)).poke(held[n]);
    }
    frames_->entry(table, l4::percpu_slot).poke(l4::present);
    loader_->starts_typed(domain.tables, table);
  }
  return process;
}

void PtCache::check(Cpu& cpu) {
  cpu.ghost_point();
  std::uint64_t changes = 0;
  for (const auto& guest : guests_) {
    guest->check(cpu);
    changes += guest->all_writes() + guest->all_frees();
  }
  scheduler_->check(cpu);
  loader_->check(cpu);
  if (calls_->calls() > changes) {
    cpu.violated("conservation",
                 std::to_string(calls_->calls()) + " cross calls for " + std::to_string(changes) +
                     " changes of tables",
                 frames_->entries(common_[0]->kernel));
  }
}

void PtCache::measure(Metrics& metrics) {
  PtCounts sum;
  for (const auto& guest : guests_) {
    const PtCounts& one = guest->counts();
    sum.calls += one.calls;
    sum.switches += one.switches;
    sum.writes += one.writes;
    sum.frees += one.frees;
    sum.loads += one.loads;
    sum.copies += one.copies;
    sum.hit += one.hit;
    sum.copied += one.copied;
    sum.freeing += one.freeing;
    merge(sum.call, one.call);
    merge(sum.process_switch, one.process_switch);
    merge(sum.write, one.write);
    merge(sum.exit, one.exit);
  }
  measure_loads(metrics, sum);
  measure_calls(metrics);
}

std::int64_t ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : part / whole;
}

void PtCache::measure_loads(Metrics& metrics, const PtCounts& sum) {
  const std::int64_t window = setting_->window.length().ps;
  const auto per_ms = [&](std::int64_t n) { return n * milliseconds(1).ps / window; };
  metrics.set("calls_per_ms", per_ms(sum.calls));
  metrics.set("switches_per_ms", per_ms(sum.switches));
  metrics.set("copies_per_ms", per_ms(sum.copies));
  metrics.set("copies_per_call_permille", ratio(sum.copies * 1000, sum.calls));
  metrics.set("miss_permille", ratio(sum.copies * 1000, sum.loads));
  metrics.set("load_ps", ratio((sum.hit + sum.copied + sum.freeing).ps, sum.loads));
  metrics.set("hit_ps", ratio(sum.hit.ps, sum.loads - sum.copies));
  metrics.set("copying_permille", ratio(sum.copied.ps * 1000, window * pcpus_));
  metrics.set("copy_ps", ratio(sum.copied.ps, sum.copies));
  const auto percentiles = [&metrics](const std::string& name, const Histogram& times) {
    metrics.set(name + "_p50_ns", times.at_permille(500) / 1000);
    metrics.set(name + "_p99_ns", times.at_permille(990) / 1000);
  };
  percentiles("call", sum.call);
  percentiles("switch", sum.process_switch);
  percentiles("write", sum.write);
  metrics.set("writes", sum.writes);
  metrics.set("frees", sum.frees);
  metrics.set("free_ps", ratio(sum.freeing.ps, sum.frees));
  metrics.set("free_p99_ns", sum.exit.at_permille(990) / 1000);
}

void PtCache::measure_calls(Metrics& metrics) {
  const ShadowCounts counts = loader_->counts();
  const std::int64_t run = (setting_->window.end - Time{}).ps;
  const auto count = [&metrics](const char* name, std::uint64_t value) {
    metrics.set(name, static_cast<std::int64_t>(value));
  };
  metrics.set("call_ipis_per_ms",
              static_cast<std::int64_t>(counts.interrupts) * milliseconds(1).ps / run);
  metrics.set("call_lock_wait_ns",
              ratio(call_lock_->waittime_total.ps,
                    static_cast<std::int64_t>(call_lock_->acquisitions) * 1000));
  count("context_switches", scheduler_->switches());
  count("sync_none", counts.sync_none);
  count("sync_noshuffle", counts.sync_noshuffle);
  count("sync_shuffle", counts.sync_shuffle);
  count("sync_full", counts.sync_full);
  count("ipi_dom_miss", counts.ipi_dom_miss);
  count("ipi_cache_miss", counts.ipi_cache_miss);
  count("ipi_write", counts.ipi_write);
  count("ipi_invlpg", counts.ipi_invlpg);
}

}  // namespace

WorkloadKind pt_cache_kind() {
  return {
      "pt_cache",
      "64-bit PV guests change between their L4s, change their entries, and free them",
      pt_cache_parameters(),
      pt_cache_metrics(),
      [](const Values& values) { return std::make_unique<PtCache>(values); },
  };
}

}  // namespace hvsim
