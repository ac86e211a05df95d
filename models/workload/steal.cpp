#include "models/workload/steal.hpp"

#include <algorithm>
#include <array>

#include "models/hypervisor/sched/scheduler.hpp"
#include "models/workload/guest_run_queue.hpp"
#include "models/workload/steal_options.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {

namespace {

// One guest CPU as its kernel knows it, and what is counted on it.
struct GuestCpuState {
  Vcpu* vcpu = nullptr;
  Address record = 0;
  Address result = 0;  // where a hypercall puts another CPU's record
  bool has_hogs = false;
  Shared<std::uint32_t>* online = nullptr;
  std::unique_ptr<GuestRunQueue> queue;
  Random random{0, 0};
  // In the window.
  std::vector<std::uint64_t> ran_before;  // by task: when the window began
  std::vector<std::uint64_t> charged_before;
  std::uint64_t steal_before = 0;
  std::uint64_t steal_after = 0;
  bool in_window = false;
  std::int64_t bursts = 0;
  std::int64_t updates = 0;  // of other CPUs' clocks
  std::int64_t error = 0;
  std::int64_t worst_error = 0;
  Histogram updating;  // picoseconds
  std::uint64_t reads = 0;
  std::uint64_t retries = 0;
  std::uint64_t spins = 0;
  std::uint64_t torn = 0;
};

struct Guest {
  PvDomain* domain = nullptr;
  std::vector<GuestCpuState> cpus;
  std::unique_ptr<StealClock> clock;
  Shared<std::uint32_t>* booted = nullptr;
};

class Steal : public Workload {
 public:
  explicit Steal(const Values& values) : options_(values) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned) override { scheduler_->run(cpu); }
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  void add_guest(Host& host, unsigned number);
  void live(GuestCpu& cpu, Guest& guest, unsigned me);
  void boot(GuestCpu& cpu, Guest& guest, unsigned me);
  bool run_a_task(GuestCpu& cpu, Guest& guest, unsigned me);
  void wake_somebody(GuestCpu& cpu, Guest& guest, unsigned me);
  void update(GuestCpu& cpu, Guest& guest, unsigned me, unsigned of);
  void look_at_window(GuestCpu& cpu, GuestCpuState& mine);
  RunstateInfo ask(GuestCpu& cpu, const GuestCpuState& mine, Vcpu& other);
  unsigned server() const { return options_.hogs; }  // the task after the hogs
  bool in_window(Time t) const { return options_.begin <= t && t < options_.end; }

  StealOptions options_;
  Memory* memory_ = nullptr;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<std::unique_ptr<Guest>> guests_;
};

// As a paravirtual lock does it: who finds it taken lets others run.
void lock_queue(GuestCpu& cpu, Shared<std::uint32_t>& word) {
  while (cpu.xchg(word, 1) != 0) {
    cpu.yield();
  }
}
void unlock_queue(GuestCpu& cpu, Shared<std::uint32_t>& word) {
  cpu.store(word, 0);
}

struct Totals {
  std::int64_t cpus_with_hogs = 0;
  std::int64_t spread = 0;  // permille, of all of them
  std::int64_t worst_spread = 0;
  std::uint64_t ran = 0;  // ns, of hogs
  std::uint64_t charge_error = 0;
  std::uint64_t steal = 0;
  std::int64_t bursts = 0;
  std::int64_t updates = 0;
  std::int64_t error = 0;
  std::int64_t worst_error = 0;
  Histogram updating;
  std::uint64_t reads = 0;
  std::uint64_t retries = 0;
  std::uint64_t spins = 0;
  std::uint64_t torn = 0;
};

// How fairly the hogs of a CPU shared it, and how rightly they were charged.
void add_hogs(const GuestCpuState& cpu, Totals& all) {
  std::uint64_t most = 0;
  std::uint64_t least = ~std::uint64_t{0};
  std::uint64_t total = 0;
  const unsigned hogs = cpu.queue->tasks() - 1;
  for (unsigned task = 0; task < hogs; ++task) {
    const std::uint64_t ran = cpu.queue->true_runtime(task) - cpu.ran_before[task];
    const std::uint64_t charged = cpu.queue->charged(task) - cpu.charged_before[task];
    most = std::max(most, ran);
    least = std::min(least, ran);
    total += ran;
    all.charge_error += charged > ran ? charged - ran : ran - charged;
  }
  all.ran += total;
  if (total > 0) {
    const auto spread = static_cast<std::int64_t>((most - least) * 1000 * hogs / total);
    ++all.cpus_with_hogs;
    all.spread += spread;
    all.worst_spread = std::max(all.worst_spread, spread);
  }
}

void add_up(const GuestCpuState& cpu, Totals& all) {
  if (cpu.has_hogs && cpu.in_window) {
    add_hogs(cpu, all);
  }
  all.steal += cpu.in_window ? cpu.steal_after - cpu.steal_before : 0;
  all.bursts += cpu.bursts;
  all.updates += cpu.updates;
  all.error += cpu.error;
  all.worst_error = std::max(all.worst_error, cpu.worst_error);
  merge(all.updating, cpu.updating);
  all.reads += cpu.reads;
  all.retries += cpu.retries;
  all.spins += cpu.spins;
  all.torn += cpu.torn;
}

std::vector<PcpuId> Steal::setup(Host& host) {
  if (options_.pcpus > host.pcpus()) {
    throw BadParameter("pcpus", "the machine has " + std::to_string(host.pcpus()) + " pCPUs");
  }
  const unsigned vcpus = options_.domains * options_.vcpus;
  if (vcpus > most_vcpus_a_pcpu * options_.pcpus) {
    throw BadParameter("vcpus", std::to_string(vcpus) + " vCPUs are more than " +
                                    std::to_string(most_vcpus_a_pcpu) + " a pCPU");
  }
  const bool reads_remotely =
      make_runstate(options_.runstate)->remote() != RunstateAlgorithm::Remote::never;
  const bool wants_to = options_.queue.source == StealSource::remote ||
                        options_.queue.source == StealSource::remote_with_wait;
  if (wants_to && !reads_remotely) {
    throw BadParameter("steal_from",
                       options_.runstate + " lets no other vCPU read a record: ask by hypercall");
  }
  memory_ = &host.memory();
  scheduler_ = std::make_unique<Scheduler>(
      host, SchedulerOptions{.kind = options_.scheduler,
                             .times = {options_.timeslice, options_.ratelimit},
                             .pcpus = options_.pcpus,
                             .runstate = options_.runstate});
  for (unsigned number = 0; number < options_.domains; ++number) {
    add_guest(host, number);
  }
  return scheduler_->pcpus();
}

// A guest's memory: a page for the records of its vCPUs, 128 bytes each, and one for results.
void Steal::add_guest(Host& host, unsigned number) {
  constexpr Address record_room = 2 * line_bytes;
  const std::string name = "d" + std::to_string(number + 1);
  const SocketId node{number % host.sockets()};
  const std::uint64_t half =
      (options_.vcpus * record_room + page_bytes - 1) / page_bytes * page_bytes;
  const Address first = host.memory().reserve(name + ".records", 2 * half, node);
  guests_.push_back(std::make_unique<Guest>());
  Guest& guest = *guests_.back();
  guest.domain = &scheduler_->add_domain(
      {.name = name, .node = node, .guest = {RecordLayout::x86_64, first, 2 * half}});
  guest.booted = &host.memory().make<Shared<std::uint32_t>>(name + ".booted", node);
  guest.cpus.resize(options_.vcpus);
  std::vector<Runstate*> records;
  for (unsigned me = 0; me < options_.vcpus; ++me) {
    GuestCpuState& cpu = guest.cpus[me];
    const unsigned place = number * options_.vcpus + me;
    cpu.vcpu = &scheduler_->add_vcpu(*guest.domain,
                                     {.processor = PcpuId{place % options_.pcpus}, .node = node},
                                     [this, &guest, me](GuestCpu& on) { live(on, guest, me); });
    cpu.record = first + me * record_room + (options_.placement == "straddling" ? 40 : 0);
    cpu.result = first + half + me * record_room;
    GuestArea(host.memory(), cpu.record, RecordLayout::x86_64)
        .name_fields(host.memory(), "record[" + cpu.vcpu->name + "]");
    cpu.has_hogs = options_.io_every == 0 || me % options_.io_every != options_.io_every - 1;
    cpu.random = host.random(place);
    if (options_.count_torn) {
      cpu.vcpu->runstate.count_torn_reads();
    }
    records.push_back(&cpu.vcpu->runstate);
  }
  guest.clock = std::make_unique<StealClock>(records);
  for (unsigned me = 0; me < options_.vcpus; ++me) {
    GuestCpuState& cpu = guest.cpus[me];
    const std::string queue = "queue[" + cpu.vcpu->name + "]";
    cpu.online = &host.memory().make<Shared<std::uint32_t>>(queue + ".online", node);
    cpu.queue = std::make_unique<GuestRunQueue>(host.memory(), queue, node, me, options_.hogs + 1,
                                                *guest.clock, cpu.vcpu->runstate, options_.queue);
  }
}

// CPU 0 comes up first and asks for the flag; the others register when it is there.
void Steal::boot(GuestCpu& cpu, Guest& guest, unsigned me) {
  GuestCpuState& mine = guest.cpus[me];
  while (me != 0 && cpu.load(*guest.booted) == 0) {
    cpu.block_until(cpu.now() + microseconds(20));
  }
  cpu.hypercall(
      [&](Cpu& pcpu) { register_runstate_area(pcpu, mine.vcpu->runstate, mine.record, nullptr); });
  if (me == 0) {
    cpu.hypercall([&](Cpu& pcpu) { guest.clock->set_up(pcpu, guest.domain->assist); });
    cpu.store(*guest.booted, 1);
  }
  GuestRunQueue& queue = *mine.queue;
  lock_queue(cpu, queue.lock_word());
  update(cpu, guest, me, me);
  for (unsigned task = 0; mine.has_hogs && task < options_.hogs; ++task) {
    queue.wake(cpu, task);
  }
  unlock_queue(cpu, queue.lock_word());
  cpu.store(*mine.online, 1);
}

void Steal::live(GuestCpu& cpu, Guest& guest, unsigned me) {
  boot(cpu, guest, me);
  GuestCpuState& mine = guest.cpus[me];
  while (cpu.now() < options_.end) {
    look_at_window(cpu, mine);
    if (!run_a_task(cpu, guest, me)) {
      cpu.block_until(options_.end);
    }
    cpu.progress();
  }
  cpu.ghost_point();
  mine.steal_after = mine.vcpu->runstate.ledger().true_steal(system_ns(cpu.now()));
}

// What ran before the window does not count.
void Steal::look_at_window(GuestCpu& cpu, GuestCpuState& mine) {
  if (mine.in_window || !in_window(cpu.now())) {
    return;
  }
  mine.in_window = true;
  cpu.ghost_point();
  for (unsigned task = 0; task < mine.queue->tasks(); ++task) {
    mine.ran_before.push_back(mine.queue->true_runtime(task));
    mine.charged_before.push_back(mine.queue->charged(task));
  }
  mine.steal_before = mine.vcpu->runstate.ledger().true_steal(system_ns(cpu.now()));
}

RunstateInfo Steal::ask(GuestCpu& cpu, const GuestCpuState& mine, Vcpu& other) {
  cpu.hypercall([&](Cpu& pcpu) {
    const auto lock = scheduler_->lock_of(other);
    get_runstate_info(pcpu, other.runstate, mine.result, lock.get());
  });
  return GuestArea(*memory_, mine.result, RecordLayout::x86_64).load(cpu);
}

// Brings the clocks of CPU `of` up to date and charges its current task; its lock is held.
void Steal::update(GuestCpu& cpu, Guest& guest, unsigned me, unsigned of) {
  GuestCpuState& mine = guest.cpus[me];
  GuestCpuState& its = guest.cpus[of];
  const Time asked = cpu.now();
  const GuestRunQueue::Update update =
      its.queue->update_clocks(cpu, me, [&] { return ask(cpu, mine, *its.vcpu); });
  its.queue->charge(cpu);
  if (!in_window(asked)) {
    return;
  }
  mine.reads += update.read ? 1 : 0;
  mine.retries += update.reading.retries;
  mine.spins += update.reading.spins;
  mine.torn += update.reading.torn ? 1 : 0;
  if (me != of) {
    const std::int64_t error = update.error < 0 ? -update.error : update.error;
    ++mine.updates;
    mine.updating.add((cpu.now() - asked).ps);
    mine.error += error;
    mine.worst_error = std::max(mine.worst_error, error);
  }
}

// Runs the task that was charged least for a burst. False: nobody wants to run.
bool Steal::run_a_task(GuestCpu& cpu, Guest& guest, unsigned me) {
  GuestCpuState& mine = guest.cpus[me];
  GuestRunQueue& queue = *mine.queue;
  unsigned task = 0;
  lock_queue(cpu, queue.lock_word());
  update(cpu, guest, me, me);
  const bool found = queue.run_next(cpu, task);
  unlock_queue(cpu, queue.lock_word());
  if (!found) {
    return false;
  }
  const bool serves = task == server();
  const auto most = static_cast<std::uint32_t>(2 * options_.burst.ps / 1000);
  const std::uint32_t drawn = mine.random.below(most);
  cpu.compute(serves ? options_.service : nanoseconds(1 + drawn));
  lock_queue(cpu, queue.lock_word());
  update(cpu, guest, me, me);
  queue.stop(cpu, serves);
  unlock_queue(cpu, queue.lock_word());
  mine.bursts += !serves && in_window(cpu.now()) ? 1 : 0;
  if (!serves && mine.random.chance(options_.wake_fraction, parts_per_billion)) {
    wake_somebody(cpu, guest, me);
  }
  return true;
}

void Steal::wake_somebody(GuestCpu& cpu, Guest& guest, unsigned me) {
  const unsigned step = 1 + guest.cpus[me].random.below(options_.vcpus - 1);
  const unsigned other = (me + step) % options_.vcpus;
  GuestCpuState& its = guest.cpus[other];
  if (cpu.load(*its.online) == 0) {
    return;
  }
  lock_queue(cpu, its.queue->lock_word());
  update(cpu, guest, me, other);
  const bool idle = its.queue->wake(cpu, server());
  unlock_queue(cpu, its.queue->lock_word());
  if (idle) {
    cpu.notify(*its.vcpu);
  }
}

void Steal::check(Cpu& cpu) {
  scheduler_->check(cpu);
  for (const auto& vcpu : scheduler_->vcpus()) {
    vcpu->runstate.check_end(cpu);
  }
}

void Steal::measure(Metrics& metrics) {
  Totals all;
  for (const auto& guest : guests_) {
    for (const GuestCpuState& cpu : guest->cpus) {
      add_up(cpu, all);
    }
  }
  const std::int64_t window = (options_.end - options_.begin).ps;
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? std::int64_t{0} : static_cast<std::int64_t>(part * 1000 / whole);
  };
  const auto mean = [](std::int64_t total, std::int64_t times) {
    return times == 0 ? std::int64_t{0} : total / times;
  };
  metrics.set("hog_spread_permille", mean(all.spread, all.cpus_with_hogs));
  metrics.set("worst_hog_spread_permille", all.worst_spread);
  metrics.set("charge_error_permille", share(all.charge_error, all.ran));
  metrics.set("clock_error_ns", mean(all.error, all.updates));
  metrics.set("worst_clock_error_ns", all.worst_error);
  metrics.set("steal_permille", share(all.steal, static_cast<std::uint64_t>(window / 1000) *
                                                     options_.domains * options_.vcpus));
  metrics.set("bursts_per_ms", all.bursts * milliseconds(1).ps / window);
  metrics.set("remote_updates_per_ms", all.updates * milliseconds(1).ps / window);
  metrics.set("remote_update_p50_ns", all.updating.at_permille(500) / 1000);
  metrics.set("remote_update_p99_ns", all.updating.at_permille(990) / 1000);
  metrics.set("retries_per_1000_reads", share(all.retries, all.reads));
  metrics.set("spins_per_1000_reads", share(all.spins, all.reads));
  metrics.set("torn_reads", static_cast<std::int64_t>(all.torn));
  std::uint64_t mixed = 0;
  for (const auto& vcpu : scheduler_->vcpus()) {
    mixed += vcpu->runstate.ledger().mixed_copies();
  }
  metrics.set("mixed_copies", static_cast<std::int64_t>(mixed));
  metrics.set("switches_per_ms", static_cast<std::int64_t>(scheduler_->switches()) *
                                     milliseconds(1).ps / (options_.end - Time{}).ps);
}

}  // namespace

WorkloadKind steal_kind() {
  return {
      "steal",
      "guests on fewer pCPUs than vCPUs share out what time the hypervisor leaves them",
      steal_parameters(),
      steal_metrics(),
      [](const Values& values) { return std::make_unique<Steal>(values); },
  };
}

}  // namespace hvsim
