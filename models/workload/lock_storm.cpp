// Every worker takes the lock, for writing in a share of its turns, works inside for a while, lets
// go, and thinks. Writers change a record of two words; a reader that works inside looks at one
// word when it comes and at the other when it goes, and they must agree. A reader of an empty
// section looks at nothing, as in the published reader microbenchmarks. Stores to fresh lines
// before each turn keep the store buffer busy, as in a backend that fills a ring: what a lock
// stores after them becomes visible late.
#include "models/workload/lock_storm.hpp"

#include <algorithm>

#include "models/hypervisor/locks/rwlock.hpp"
#include "models/workload/storm.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

namespace {

struct Record {
  Shared<std::uint64_t> first;
  Shared<std::uint64_t> second;
};

struct alignas(line_bytes) FreshLine {
  Shared<std::uint64_t> word;
};
constexpr std::size_t most_fresh_lines = 16384;  // a worker's own 1 MiB, more than its L2

class LockStorm : public Workload {
 public:
  explicit LockStorm(const Values& values)
      : values_(values),
        window_(values),
        think_(values.duration("think")),
        section_(values.duration("section")),
        stores_(values.count("stores_before")),
        turns_(values.count("turns")),
        write_fraction_(static_cast<std::uint32_t>(values.number("write_fraction"))),
        nested_fraction_(static_cast<std::uint32_t>(values.number("nested_fraction"))) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned worker) override;
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  struct Worker {
    std::int64_t done = 0;    // in the window
    std::uint64_t reads = 0;  // in all
    std::uint64_t nested = 0;
    std::uint64_t writes = 0;
    Histogram read_wait;  // in the window, picoseconds
    Histogram write_wait;
    std::span<FreshLine> fresh;
    std::size_t next_fresh = 0;
  };

  void store_fresh(Cpu& cpu, Worker& mine);
  void read(Cpu& cpu, Worker& mine, bool nested);
  void write(Cpu& cpu, Worker& mine);
  void set_online(const Host& host, const std::vector<PcpuId>& workers);

  Values values_;
  Window window_;
  Duration think_;
  Duration section_;
  unsigned stores_;
  unsigned turns_;
  std::uint32_t write_fraction_;
  std::uint32_t nested_fraction_;
  std::unique_ptr<RwLockAlgorithm> algorithm_;
  std::unique_ptr<RwLock> lock_;
  std::unique_ptr<RwLock> inner_;
  Record* record_ = nullptr;
  std::vector<Worker> workers_;
  std::vector<Random> random_;
};

std::vector<PcpuId> LockStorm::setup(Host& host) {
  const std::vector<PcpuId> placed = place_workers(host, values_);
  algorithm_ = make_rwlock(values_.choice("lock"), "storm", host);
  set_online(host, placed);
  const auto make_lock = [&](const std::string& name) {
    auto& words = host.memory().make<RwLockWords>(name, SocketId{0});
    return std::make_unique<RwLock>(name, words, *algorithm_, host);
  };
  lock_ = make_lock("storm.lock");
  inner_ = make_lock("storm.inner_lock");
  record_ = &host.memory().make<Record>("storm.record", SocketId{0});
  workers_.resize(placed.size());
  const std::size_t fresh_lines =
      turns_ == 0 ? most_fresh_lines
                  : std::min(most_fresh_lines, std::size_t{turns_} * std::size_t{stores_});
  for (unsigned worker = 0; worker < placed.size(); ++worker) {
    random_.push_back(host.random(worker));
    if (stores_ > 0) {
      workers_[worker].fresh =
          host.memory().make_array<FreshLine>("storm.fresh[" + std::to_string(worker) + "]",
                                              fresh_lines, host.socket_of(placed[worker]));
    }
  }
  return placed;
}

// The workers and, by number, as many idle pCPUs as it takes.
void LockStorm::set_online(const Host& host, const std::vector<PcpuId>& workers) {
  const unsigned wanted = values_.count("online");
  if (wanted == 0) {
    return;
  }
  if (wanted < workers.size() || wanted > host.pcpus()) {
    throw BadParameter("online", "there are " + std::to_string(workers.size()) + " threads on " +
                                     std::to_string(host.pcpus()) + " pCPUs");
  }
  PcpuSet online;
  for (const PcpuId worker : workers) {
    online.add(worker);
  }
  for (PcpuId idle{0}; online.size() < wanted; ++idle.n) {
    online.add(idle);
  }
  algorithm_->set_online(online);
}

void LockStorm::run(Cpu& cpu, unsigned worker) {
  Worker& mine = workers_[worker];
  Random& random = random_[worker];
  start_somewhen(cpu, random);
  for (unsigned turn = 0; cpu.now() < window_.end && (turns_ == 0 || turn < turns_); ++turn) {
    const bool writes = random.chance(write_fraction_, parts_per_billion);
    const bool nested = random.chance(nested_fraction_, parts_per_billion);
    store_fresh(cpu, mine);
    if (writes) {
      write(cpu, mine);
    } else {
      read(cpu, mine, nested);
    }
    mine.done += window_.has(cpu.now()) ? 1 : 0;
    cpu.progress();
    if (think_ > Duration{}) {
      cpu.compute(think_);
    }
  }
}

void LockStorm::store_fresh(Cpu& cpu, Worker& mine) {
  for (unsigned i = 0; i < stores_; ++i) {
    cpu.store(mine.fresh[mine.next_fresh].word, 1);
    mine.next_fresh = (mine.next_fresh + 1) % mine.fresh.size();
  }
}

void LockStorm::read(Cpu& cpu, Worker& mine, bool nested) {
  const Time asked = cpu.now();
  lock_->read_lock(cpu);
  const Time got = cpu.now();
  if (window_.has(got)) {
    mine.read_wait.add((got - asked).ps);
  }
  if (nested) {
    inner_->read_lock(cpu);
  }
  if (section_ > Duration{}) {
    const std::uint64_t before = cpu.load(record_->first);
    cpu.compute(section_);
    if (cpu.load(record_->second) != before) {
      cpu.violated("GR-S1", "a reader saw a change half made", &record_->second);
    }
  }
  if (nested) {
    inner_->read_unlock(cpu);
    ++mine.nested;
  }
  lock_->read_unlock(cpu);
  ++mine.reads;
}

void LockStorm::write(Cpu& cpu, Worker& mine) {
  const Time asked = cpu.now();
  lock_->write_lock(cpu);
  const Time got = cpu.now();
  if (window_.has(got)) {
    mine.write_wait.add((got - asked).ps);
  }
  cpu.store(record_->first, cpu.load(record_->first) + 1);
  if (section_ > Duration{}) {
    cpu.compute(section_);
  }
  cpu.store(record_->second, cpu.load(record_->second) + 1);
  lock_->write_unlock(cpu);
  ++mine.writes;
}

void LockStorm::check(Cpu& cpu) {
  std::uint64_t reads = 0;
  std::uint64_t nested = 0;
  std::uint64_t writes = 0;
  for (const Worker& worker : workers_) {
    reads += worker.reads;
    nested += worker.nested;
    writes += worker.writes;
  }
  if (record_->first.peek() != writes || record_->second.peek() != writes) {
    cpu.violated("conservation",
                 "the record counts " + std::to_string(record_->first.peek()) + " and " +
                     std::to_string(record_->second.peek()) + " writes of " +
                     std::to_string(writes),
                 &record_->first);
  }
  if (lock_->read_pairs() != reads || lock_->write_pairs() != writes ||
      inner_->read_pairs() != nested) {
    cpu.violated("conservation", "the locks were not taken as often as the workers took them",
                 &lock_->words().word);
  }
  lock_->check_free(cpu);
  inner_->check_free(cpu);
}

void LockStorm::measure(Metrics& metrics) {
  std::vector<std::int64_t> done;
  std::int64_t writes = 0;
  Histogram& read_wait = metrics.histogram("read_wait_ps");
  Histogram& write_wait = metrics.histogram("write_wait_ps");
  for (const Worker& worker : workers_) {
    done.push_back(worker.done);
    writes += static_cast<std::int64_t>(worker.write_wait.count());
    merge(read_wait, worker.read_wait);
    merge(write_wait, worker.write_wait);
  }
  measure_rate(metrics, window_, done);
  metrics.set("read_p50_wait_ns", read_wait.at_permille(500) / 1000);
  metrics.set("read_p99_wait_ns", read_wait.at_permille(990) / 1000);
  metrics.set("write_p50_wait_ns", write_wait.at_permille(500) / 1000);
  metrics.set("write_p99_wait_ns", write_wait.at_permille(990) / 1000);
  metrics.set("writes", writes);
}

std::vector<Parameter> lock_storm_parameters() {
  using Type = Parameter::Type;
  std::vector<Parameter> all = {
      {.name = "lock",
       .type = Type::choice,
       .fallback_choice = "percpu_rwlock",
       .choices = rwlock_names(),
       .doc = "the algorithm"},
      {.name = "write_fraction",
       .type = Type::fraction,
       .fallback = 0,
       .least = 0,
       .most = parts_per_billion,
       .doc = "share of the turns that write"},
      {.name = "nested_fraction",
       .type = Type::fraction,
       .fallback = 0,
       .least = 0,
       .most = parts_per_billion,
       .doc = "share of the reading turns that read a second lock of the class inside the first"},
      {.name = "section",
       .type = Type::duration,
       .fallback = 0,
       .least = 0,
       .most = milliseconds(1).ps,
       .doc = "work inside the lock"},
      {.name = "stores_before",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 64,
       .doc = "stores to uncached lines of a worker's own, just before each turn"},
      {.name = "turns",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 1'000'000,
       .doc = "after so many turns a worker stops, if the time is not over before; 0: it goes on"},
      {.name = "online",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 512,
       .doc = "pCPUs that a writer of a per-CPU lock looks at, with idle ones; 0: the machine's"},
  };
  const std::vector<Parameter> shared = storm_parameters();
  all.insert(all.end(), shared.begin(), shared.end());
  return all;
}

}  // namespace

WorkloadKind lock_storm_kind() {
  return {
      "lock_storm",
      "threads take one reader-writer lock over and over",
      lock_storm_parameters(),
      {
          {"ops_per_ms", "1/ms", "lock and unlock pairs of all threads"},
          {"ps_per_op", "ps", "the window divided by the pairs of all threads"},
          {"thread_ps_per_op", "ps", "one thread's time for a pair, thinking included"},
          {"slowest_thread_permille", "permille", "pairs of the slowest thread, of the mean"},
          {"ops", "1", "pairs finished in the window"},
          {"read_p50_wait_ns", "ns", "median time to take it for reading"},
          {"read_p99_wait_ns", "ns", "99th percentile of the same"},
          {"write_p50_wait_ns", "ns", "median time to take it for writing"},
          {"write_p99_wait_ns", "ns", "99th percentile of the same"},
          {"writes", "1", "acquisitions for writing in the window"},
      },
      [](const Values& values) { return std::make_unique<LockStorm>(values); },
  };
}

}  // namespace hvsim
