// A pCPU switches between two vCPUs of a guest, again and again, as the hypervisor does it: the
// changes under the scheduler's lock, the two updates after it. A vCPU reads its own record once a
// slice. Wakers on other pCPUs wake a vCPU that blocked. Readers on other pCPUs stand for further
// vCPUs of the guest, which read the two records from memory or ask the hypervisor for them.
#include "models/workload/runstate_storm.hpp"

#include <array>

#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "models/workload/guest_steal.hpp"
#include "models/workload/runstate_storm_options.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {

namespace {

class OneLock : public SchedulerLock {
 public:
  explicit OneLock(Host& host)
      : lock_("scheduler", host.memory().make<TicketWord>("scheduler.lock", SocketId{0}), host) {}
  void lock(Cpu& cpu) override { lock_.lock(cpu); }
  void unlock(Cpu& cpu) override { lock_.unlock(cpu); }

 private:
  TicketSpinlock lock_;
};

// Up to twice as much, on average as much: nobody keeps in step with others.
Duration about(Duration mean, Random& random) {
  const auto most = static_cast<std::uint32_t>(2 * mean.ps / 1000);  // up to 60 ms, in nanoseconds
  return nanoseconds(random.below(most + 1));
}

class RunstateStorm : public Workload {
 public:
  explicit RunstateStorm(const Values& values)
      : values_(values),
        window_(values),
        slice_(values.duration("slice")),
        think_(values.duration("think")),
        readers_(values.count("readers")),
        wakers_(values.count("wakers")),
        turns_(values.count("turns")),
        user_fraction_(static_cast<std::uint32_t>(values.number("user_fraction"))),
        by_hypercall_(values.choice("read_by") == "hypercall"),
        hot_(values.choice("placement") == "beside_hot_data") {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned worker) override;
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  static constexpr unsigned vcpus = 2;
  struct Worker {
    std::int64_t switches = 0;  // all in the window
    Duration switching{};
    std::int64_t reads = 0;
    Duration reading{};
    std::int64_t torn = 0;
    std::int64_t retries = 0;
    std::int64_t spins = 0;
    Histogram switch_time;  // picoseconds
    Histogram read_time;
    Address result = 0;  // where a hypercall puts a record
  };

  bool goes_on(const Cpu& cpu, unsigned turn) const {
    return cpu.now() < window_.end && (turns_ == 0 || turn < turns_);
  }
  void boot(Cpu& cpu);
  void switch_to(Cpu& cpu, unsigned next, Worker& mine, Random& random);
  void switch_vcpus(Cpu& cpu, Worker& mine, Random& random);
  void read_records(Cpu& cpu, unsigned worker, Worker& mine, Random& random);
  Reading read_one(Cpu& cpu, unsigned reader, unsigned of, Worker& mine);
  void wake_vcpus(Cpu& cpu, Random& random);

  Values values_;
  Window window_;
  Duration slice_;
  Duration think_;
  unsigned readers_;
  unsigned wakers_;
  unsigned turns_;
  std::uint32_t user_fraction_;
  bool by_hypercall_;
  bool hot_;
  std::unique_ptr<RunstateAlgorithm> algorithm_;
  std::unique_ptr<VmAssist> assist_;
  std::unique_ptr<OneLock> lock_;
  std::array<std::unique_ptr<Runstate>, vcpus> vcpus_;
  std::array<Address, vcpus> areas_{};
  std::unique_ptr<StealClock> clock_;
  Shared<std::uint32_t>* booted_ = nullptr;
  Shared<std::uint32_t>* over_ = nullptr;  // there will be nothing more to wake
  std::array<Shared<std::uint64_t>*, vcpus> hot_words_{};
  unsigned current_ = 0;  // of the switching pCPU alone
  std::vector<Worker> workers_;
  std::vector<Random> random_;
};

std::vector<PcpuId> RunstateStorm::setup(Host& host) {
  values_.set("threads", std::int64_t{1} + readers_ + wakers_);
  const std::vector<PcpuId> placed = place_workers(host, values_);
  const RecordLayout layout =
      values_.choice("guest") == "x86_32" ? RecordLayout::x86_32 : RecordLayout::x86_64;
  algorithm_ = make_runstate(values_.choice("runstate"));
  if (algorithm_->mapped_for_good() && layout == RecordLayout::x86_32) {
    throw BadParameter("guest", "flagged_area is for 64-bit guests");
  }
  if (algorithm_->remote() == RunstateAlgorithm::Remote::never && readers_ > 0 && !by_hypercall_) {
    throw BadParameter("read_by", values_.choice("runstate") +
                                      " lets no other vCPU read a record: ask by hypercall");
  }
  assist_ = std::make_unique<VmAssist>(host, "guest", SocketId{0}, pv_assists);
  lock_ = std::make_unique<OneLock>(host);
  booted_ = &host.memory().make<Shared<std::uint32_t>>("guest.booted", SocketId{0});
  over_ = &host.memory().make<Shared<std::uint32_t>>("guest.over", SocketId{0});
  const std::uint64_t bytes = 2 * page_bytes;
  const Address guest = host.memory().reserve("guest.records", bytes, SocketId{0});
  std::vector<Runstate*> records;
  for (unsigned v = 0; v < vcpus; ++v) {
    const std::string name = "vcpu[" + std::to_string(v) + "]";
    areas_[v] = guest + Address{v} * 4 * line_bytes +
                (values_.choice("placement") == "straddling" ? 40 : 0);
    GuestArea(host.memory(), areas_[v], layout).name_fields(host.memory(), "record[" + name + "]");
    hot_words_[v] = static_cast<Shared<std::uint64_t>*>(host.memory().host(areas_[v] + 48));
    vcpus_[v] = std::make_unique<Runstate>(host, name, SocketId{0}, *algorithm_, *assist_,
                                           RunstateGuest{layout, guest, bytes});
    if (values_.choice("torn_reads") == "count") {
      vcpus_[v]->count_torn_reads();
    }
    vcpus_[v]->hold_updates_up(values_.duration("stall"));
    records.push_back(vcpus_[v].get());
  }
  clock_ = std::make_unique<StealClock>(records);
  workers_.resize(placed.size());
  for (unsigned worker = 0; worker < placed.size(); ++worker) {
    random_.push_back(host.random(worker));
    workers_[worker].result = guest + page_bytes + Address{worker} * line_bytes;
  }
  return placed;
}

void RunstateStorm::run(Cpu& cpu, unsigned worker) {
  Worker& mine = workers_[worker];
  Random& random = random_[worker];
  if (worker == 0) {
    boot(cpu);
    switch_vcpus(cpu, mine, random);
    cpu.store(*over_, 1);
    return;
  }
  while (cpu.load(*booted_) == 0) {
    cpu.relax();
  }
  start_somewhen(cpu, random);
  if (worker <= wakers_) {
    wake_vcpus(cpu, random);
  } else {
    read_records(cpu, worker, mine, random);
  }
}

// Both vCPUs come up, register, and are switched once before the guest asks for the flag.
void RunstateStorm::boot(Cpu& cpu) {
  for (unsigned v = 0; v < vcpus; ++v) {
    const Time now = vcpus_[v]->lock_and_sample(cpu, *lock_);
    vcpus_[v]->change(cpu, RunState::runnable, now);
    if (v == 0) {
      vcpus_[v]->change(cpu, RunState::running, now);
    }
    lock_->unlock(cpu);
  }
  for (unsigned v = 0; v < vcpus; ++v) {
    cpu.hypercall();
    register_runstate_area(cpu, *vcpus_[v], areas_[v], current_ == v ? nullptr : lock_.get());
  }
  switch_to(cpu, 1, workers_[0], random_[0]);
  switch_to(cpu, 0, workers_[0], random_[0]);
  cpu.hypercall();
  clock_->set_up(cpu, *assist_);
  switch_to(cpu, 1, workers_[0], random_[0]);
  switch_to(cpu, 0, workers_[0], random_[0]);
  cpu.store(*booted_, 1);
}

// The context switch, as far as run states go.
void RunstateStorm::switch_to(Cpu& cpu, unsigned next, Worker& mine, Random& random) {
  Runstate& leaves = *vcpus_[current_];
  Runstate& comes = *vcpus_[next];
  const bool blocks = wakers_ > 0 && random.below(2) == 0;
  const bool user = random.chance(user_fraction_, parts_per_billion);
  const Time asked = cpu.now();
  const Time now = leaves.lock_and_sample(cpu, *lock_);
  if (comes.state(cpu) != RunState::runnable) {
    lock_->unlock(cpu);
    return;
  }
  leaves.change(cpu, blocks ? RunState::blocked : RunState::runnable, now);
  comes.change(cpu, RunState::running, now);
  lock_->unlock(cpu);
  leaves.update(cpu, !user);
  comes.update(cpu, !user);
  cpu.fence();  // the way back into a guest serialises: what was stored is out by then
  current_ = next;
  if (window_.has(cpu.now())) {
    ++mine.switches;
    mine.switching += cpu.now() - asked;
    mine.switch_time.add((cpu.now() - asked).ps);
  }
  if (user) {
    comes.back_in_kernel(cpu);
  }
}

void RunstateStorm::switch_vcpus(Cpu& cpu, Worker& mine, Random& random) {
  for (unsigned turn = 0; goes_on(cpu, turn); ++turn) {
    const Duration slice = about(slice_, random);
    cpu.compute(slice / 2);
    clock_->read(cpu, current_, current_);
    cpu.compute(slice / 2);
    switch_to(cpu, 1 - current_, mine, random);
    cpu.progress();
  }
}

Reading RunstateStorm::read_one(Cpu& cpu, unsigned reader, unsigned of, Worker& mine) {
  if (!by_hypercall_) {
    return clock_->read(cpu, reader, of);
  }
  cpu.hypercall();
  get_runstate_info(cpu, *vcpus_[of], mine.result, lock_.get());
  Reading reading;
  reading.info =
      GuestArea(vcpus_[of]->memory(), mine.result, vcpus_[of]->guest().layout).load(cpu);
  return reading;
}

void RunstateStorm::read_records(Cpu& cpu, unsigned worker, Worker& mine, Random& random) {
  for (unsigned turn = 0; goes_on(cpu, turn); ++turn) {
    const unsigned of = random.below(vcpus);
    if (hot_) {
      cpu.store(*hot_words_[of], turn);
    }
    const Time asked = cpu.now();
    const Reading reading = read_one(cpu, worker + vcpus, of, mine);
    if (window_.has(cpu.now())) {
      ++mine.reads;
      mine.reading += cpu.now() - asked;
      mine.torn += reading.torn ? 1 : 0;
      mine.retries += static_cast<std::int64_t>(reading.retries);
      mine.spins += static_cast<std::int64_t>(reading.spins);
      mine.read_time.add((cpu.now() - asked).ps);
    }
    cpu.progress();
    cpu.compute(about(think_, random));
  }
}

void RunstateStorm::wake_vcpus(Cpu& cpu, Random& random) {
  while (cpu.load(*over_) == 0) {
    Runstate& vcpu = *vcpus_[random.below(vcpus)];
    const Time now = vcpu.lock_and_sample(cpu, *lock_);
    if (vcpu.state(cpu) == RunState::blocked) {
      vcpu.change(cpu, RunState::runnable, now);
    }
    lock_->unlock(cpu);
    cpu.progress();
    cpu.compute(about(think_, random));
  }
}

void RunstateStorm::check(Cpu& cpu) {
  for (const auto& vcpu : vcpus_) {
    vcpu->check_end(cpu);
  }
}

void RunstateStorm::measure(Metrics& metrics) {
  Worker all;
  for (const Worker& worker : workers_) {
    all.switches += worker.switches;
    all.switching += worker.switching;
    all.reads += worker.reads;
    all.reading += worker.reading;
    all.torn += worker.torn;
    all.retries += worker.retries;
    all.spins += worker.spins;
    merge(metrics.histogram("switch_ps"), worker.switch_time);
    merge(metrics.histogram("read_ps"), worker.read_time);
  }
  const auto mean = [](Duration total, std::int64_t times) {
    return times == 0 ? 0 : total.ps / times;
  };
  const std::int64_t length = window_.length().ps;
  metrics.set("switches", all.switches);
  metrics.set("switches_per_ms", all.switches * milliseconds(1).ps / length);
  metrics.set("switch_mean_ps", mean(all.switching, all.switches));
  metrics.set("switch_p99_ns", metrics.histogram("switch_ps").at_permille(990) / 1000);
  metrics.set("reads", all.reads);
  metrics.set("reads_per_ms", all.reads * milliseconds(1).ps / length);
  metrics.set("read_mean_ps", mean(all.reading, all.reads));
  metrics.set("read_p99_ns", metrics.histogram("read_ps").at_permille(990) / 1000);
  metrics.set("torn_reads", all.torn);
  metrics.set("retries", all.retries);
  metrics.set("spins", all.spins);
  std::uint64_t mixed = 0;
  for (const auto& vcpu : vcpus_) {
    mixed += vcpu->ledger().mixed_copies();
  }
  metrics.set("mixed_copies", static_cast<std::int64_t>(mixed));
}

}  // namespace

WorkloadKind runstate_storm_kind() {
  return {
      "runstate_storm",
      "a pCPU switches between two vCPUs, others read their run states",
      runstate_storm_parameters(),
      runstate_storm_metrics(),
      [](const Values& values) { return std::make_unique<RunstateStorm>(values); },
  };
}

}  // namespace hvsim
