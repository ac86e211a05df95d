// Putting the interface on the machine, running its contexts, and judging and measuring the
// outcome.
#include "models/workload/vif_transfer.hpp"

#include <algorithm>

#include "models/workload/vif_context.hpp"
#include "models/workload/vif_measure.hpp"

namespace hvsim {

namespace {

class VifTransfer : public Workload {
 public:
  explicit VifTransfer(const Values& values) : options_(values) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned worker) override;
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  struct Placed {
    VifRole role;
    unsigned queue;
    std::unique_ptr<VifContext> context;
  };
  struct Worker {
    PcpuId pcpu;
    std::vector<Placed> contexts;
    Duration asleep{};
    Time finished{};
  };

  unsigned sockets_used(const Host& host) const {
    return options_.sockets == 0 ? host.sockets() : options_.sockets;
  }
  PcpuId pcpu_for(const Host& host, unsigned k) const;
  void place(const Host& host, unsigned k, VifRole role, unsigned queue);
  void make_contexts();
  void make_vcpus(Host& host);
  void work(Cpu& cpu, unsigned worker);
  void check_wait(Cpu& cpu, const Worker& worker, Time slept_at, Time woken_at);

  VifOptions options_;
  std::unique_ptr<VifNet> net_;
  std::vector<Worker> workers_;
};

// Contexts alternate between the sockets, then go round the pCPUs of a socket, cores first.
PcpuId VifTransfer::pcpu_for(const Host& host, unsigned k) const {
  const unsigned sockets = sockets_used(host);
  const unsigned cores = host.cores_per_socket();
  const unsigned socket = k % sockets;
  const unsigned place = k / sockets % (cores * host.threads_per_core());
  return PcpuId{place / cores * host.sockets() * cores + socket * cores + place % cores};
}

void VifTransfer::place(const Host& host, unsigned k, VifRole role, unsigned queue) {
  const PcpuId pcpu = pcpu_for(host, k);
  auto found = std::find_if(workers_.begin(), workers_.end(),
                            [&](const Worker& worker) { return worker.pcpu == pcpu; });
  if (found == workers_.end()) {
    workers_.push_back({pcpu, {}, {}, {}});
    found = std::prev(workers_.end());
  }
  found->contexts.push_back({role, queue, nullptr});
}

// dom0's contexts first, queue by queue, then the guests'.
std::vector<PcpuId> VifTransfer::setup(Host& host) {
  if (options_.sockets > host.sockets()) {
    throw BadParameter("sockets",
                       "this machine has " + std::to_string(host.sockets()) + " sockets");
  }
  const unsigned pcpus = sockets_used(host) * host.cores_per_socket() * host.threads_per_core();
  const unsigned wanted = options_.dom0_vcpus == 0 ? pcpus : options_.dom0_vcpus;
  const unsigned dom0_vcpus = std::min(wanted, pcpus);
  unsigned k = 0;
  for (unsigned q = 0; q < options_.queues; ++q) {
    for (const VifRole role : {VifRole::napi, VifRole::dealloc, VifRole::rx}) {
      place(host, k++ % dom0_vcpus, role, q);
    }
  }
  std::vector<PcpuId> dom0_pcpus;
  for (const Worker& worker : workers_) {
    dom0_pcpus.push_back(worker.pcpu);
  }
  // The guests have the other pCPUs, or dom0's where there are no others.
  const unsigned others = pcpus - dom0_vcpus;
  for (unsigned q = 0; q < options_.queues; ++q) {
    for (const VifRole role : {VifRole::guest_a, VifRole::guest_b}) {
      place(host, others == 0 ? k : dom0_vcpus + k % others, role, q);
      ++k;
    }
  }
  net_ = std::make_unique<VifNet>(host, options_, dom0_pcpus);
  make_contexts();
  if (options_.on_vcpus()) {
    make_vcpus(host);
    return net_->vcpus->pcpus();
  }
  std::vector<PcpuId> placed;
  for (const Worker& worker : workers_) {
    placed.push_back(worker.pcpu);
  }
  return placed;
}

void VifTransfer::make_contexts() {
  for (unsigned w = 0; w < workers_.size(); ++w) {
    for (Placed& placed : workers_[w].contexts) {
      VifQueue& queue = *net_->queues[placed.queue];
      queue.pcpu[static_cast<unsigned>(placed.role)] = workers_[w].pcpu;
      queue.worker[static_cast<unsigned>(placed.role)] = w;
      switch (placed.role) {
        case VifRole::napi:
          // dom0's vCPUs are in the order of the first workers, one each.
          placed.context = make_napi(*net_, queue, net_->dom0_domain.vcpus[w]);
          break;
        case VifRole::dealloc:
          placed.context = make_dealloc(*net_, queue);
          break;
        case VifRole::rx:
          placed.context = make_rx(*net_, queue);
          break;
        case VifRole::guest_a:
          placed.context = make_guest_a(*net_, queue);
          break;
        case VifRole::guest_b:
          placed.context = make_guest_b(*net_, queue);
          break;
      }
    }
  }
}

// A vCPU a worker. What a guest's contexts share with dom0's runs on a vCPU of dom0. dom0's
// translations may be on any pCPU.
void VifTransfer::make_vcpus(Host& host) {
  std::vector<VifVcpus::Thread> threads;
  for (const Worker& worker : workers_) {
    unsigned domain = 2;
    for (const Placed& placed : worker.contexts) {
      const unsigned of = placed.role == VifRole::guest_b   ? 2
                          : placed.role == VifRole::guest_a ? 1
                                                            : 0;
      domain = std::min(domain, of);
    }
    threads.push_back({worker.pcpu, domain});
  }
  if (options_.vcpu_pcpus > host.pcpus()) {
    throw BadParameter("vcpu_pcpus",
                       "this machine has " + std::to_string(host.pcpus()) + " pCPUs");
  }
  net_->vcpus = std::make_unique<VifVcpus>(
      host, options_, threads, [this](Cpu& cpu, unsigned worker) { work(cpu, worker); });
  net_->dom0_domain.dirty_pcpus = {};
  for (const PcpuId pcpu : net_->vcpus->pcpus()) {
    net_->dom0_domain.dirty_pcpus.add(pcpu);
  }
}

void VifTransfer::run(Cpu& cpu, unsigned number) {
  if (net_->vcpus) {
    net_->vcpus->run(cpu);
  } else {
    work(cpu, number);
  }
}

// The contexts of a worker take turns; when none has work, the worker sleeps.
void VifTransfer::work(Cpu& cpu, unsigned number) {
  Worker& worker = workers_[number];
  const auto anything = [&](Cpu& c) {
    return std::any_of(worker.contexts.begin(), worker.contexts.end(),
                       [&](Placed& placed) { return placed.context->ready(c); }) ||
           c.load(net_->open_queues) == 0;
  };
  while (cpu.load(net_->open_queues) != 0) {
    bool worked = false;
    for (Placed& placed : worker.contexts) {
      if (placed.context->ready(cpu)) {
        placed.context->run(cpu);
        worked = true;
      }
    }
    if (!worked) {
      const Time slept_at = cpu.now();
      worker.asleep += net_->sleep(cpu, number, anything);
      check_wait(cpu, worker, slept_at, cpu.now());
    }
  }
  worker.finished = cpu.now();
}

// DP-6: no context was left with work, on a sleeping pCPU, longer than the longest step and a
// wake-up can take.
void VifTransfer::check_wait(Cpu& cpu, const Worker& worker, Time slept_at, Time woken_at) {
  Duration step{};
  for (const Worker& other : workers_) {
    for (const Placed& placed : other.contexts) {
      step = std::max(step, placed.context->longest());
    }
  }
  const Duration longest = step + options_.wake_within;
  for (const Placed& placed : worker.contexts) {
    if (!placed.context->ready(cpu)) {
      continue;
    }
    const Duration idle = woken_at - std::max(placed.context->offered(), slept_at);
    if (idle > longest) {
      cpu.violated("DP-6",
                   "queue " + std::to_string(placed.queue) + " had work and slept for " +
                       std::to_string(idle.ps / 1000) + " ns",
                   &net_->queues[placed.queue]->tx.index);
    }
  }
}

void VifTransfer::check(Cpu& cpu) {
  check_vif(cpu, *net_);
  if (net_->vcpus) {
    net_->vcpus->check(cpu);
  }
}

void VifTransfer::measure(Metrics& metrics) {
  VifTimes times;
  Time finished{};
  for (const Worker& worker : workers_) {
    finished = std::max(finished, worker.finished);
  }
  for (const Worker& worker : workers_) {
    const Duration busy = worker.finished - Time{} - worker.asleep;
    times.busy += busy;
    times.busiest = std::max(times.busiest, busy);
    for (const Placed& placed : worker.contexts) {
      times.by_role[static_cast<unsigned>(placed.role)] += placed.context->busy();
    }
  }
  times.run = finished - Time{};
  times.pcpus = static_cast<std::int64_t>(workers_.size());
  measure_vif(metrics, *net_, times);
}

}  // namespace

WorkloadKind vif_transfer_kind() {
  return {"vif_transfer",
          "packets from guest A through netback in dom0 to guest B, over grant operations",
          vif_parameters(), vif_metrics(),
          [](const Values& values) { return std::make_unique<VifTransfer>(values); }};
}

}  // namespace hvsim
