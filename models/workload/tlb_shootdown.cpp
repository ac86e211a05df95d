// Each thread maps a few pages of a region of its own, touches them, walks over its working set,
// works for about `think`, reading a neighbour's pages now and then if they are there, unmaps its
// own and shoots them down on all pCPUs of the process: what a program does that allocates and
// frees large blocks. The working set is never unmapped, but its translations go with the others
// where a target drops more than it must.
//
// In the middle of its work a thread may visit another address space, as it does when the kernel
// runs something else for a while. Without PCIDs that costs all translations, with PCIDs none; but
// then a shootdown that comes meanwhile must reach those of the space that was left.
#include "models/workload/tlb_shootdown.hpp"

#include <algorithm>
#include <memory>

#include "models/hypervisor/paging/address_space.hpp"
#include "models/hypervisor/paging/shootdowns.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {
namespace {

constexpr Linear region_bytes = Linear{table_entries} * page_bytes;  // one table of level 1
constexpr unsigned most_churned = 64;
constexpr unsigned most_hot = 256;

class ShootdownStorm : public Workload {
 public:
  explicit ShootdownStorm(const Values& values)
      : values_(values),
        window_(values),
        think_(values.duration("think")),
        pages_(values.count("pages")),
        hot_(values.count("hot")),
        reads_(values.count("reads")),
        visit_(values.duration("visit")),
        kind_(shootdown_called(values.choice("shootdown"))) {}

  std::vector<PcpuId> setup(Host& host) override {
    const std::vector<PcpuId> placed = place_workers(host, values_);
    memory_ = &host.memory();
    tlb_ = kind_.make(host);
    process_ = std::make_unique<AddressSpace>(host, frames_, "process", Pcid{1}, SocketId{0});
    other_ = std::make_unique<AddressSpace>(host, frames_, "other", Pcid{2}, SocketId{0});
    workers_.resize(placed.size());
    for (unsigned n = 0; n < placed.size(); ++n) {
      mask_.add(placed[n]);
      random_.push_back(host.random(n));
      lay_out(n, host.socket_of(placed[n]));
    }
    return placed;
  }

  void run(Cpu& cpu, unsigned worker) override {
    Worker& mine = workers_[worker];
    process_->enter(cpu, kind_.pcid);
    start_somewhen(cpu, random_[worker]);
    while (cpu.now() < window_.end) {
      const Duration flush = operate(cpu, worker);
      ++mine.ops;
      if (window_.has(cpu.now())) {
        ++mine.done;
        mine.flush.add(flush.ps / 1000);
        mine.flushing += flush;
      }
      cpu.progress();
    }
  }

  void check(Cpu& cpu) override {
    std::uint64_t ops = 0;
    for (const Worker& worker : workers_) {
      ops += worker.ops;
    }
    const std::uint64_t expected = workers_.size() > 1 ? ops : 0;
    if (tlb_->broadcasts() != expected) {
      cpu.violated("conservation",
                   std::to_string(tlb_->broadcasts()) + " shootdowns were sent in " +
                       std::to_string(expected) + " operations",
                   memory_->host(0));
    }
  }

  void measure(Metrics& metrics) override {
    std::vector<std::int64_t> done;
    Histogram& flush = metrics.histogram("flush_ns");
    Duration flushing{};
    for (const Worker& worker : workers_) {
      done.push_back(worker.done);
      merge(flush, worker.flush);
      flushing += worker.flushing;
    }
    measure_rate(metrics, window_, done);
    metrics.set("flush_p50_ns", flush.at_permille(500));
    metrics.set("flush_p99_ns", flush.at_permille(990));
    const auto workers = static_cast<std::int64_t>(workers_.size());
    metrics.set("flush_permille", flushing / workers * 1000 / window_.length());
  }

 private:
  struct Worker {
    Linear region = 0;
    std::vector<Address> free;  // frames, taken at the back and put back at the front
    std::int64_t done = 0;      // in the window
    std::uint64_t ops = 0;      // in all
    Duration flushing{};        // in the window
    Histogram flush;            // in the window, ns
  };

  // Its pages from the start of its region, its working set from the middle; frames are near.
  void lay_out(unsigned worker, SocketId node) {
    Worker& mine = workers_[worker];
    unsigned frame = 0;
    const auto reserve = [&] {
      const std::string name =
          "frame[" + std::to_string(worker) + "." + std::to_string(frame++) + "]";
      return memory_->reserve(name, page_bytes, node);
    };
    mine.region = (worker + Linear{1}) * region_bytes;
    process_->add_region(mine.region, table_entries, node);
    other_->add_region(mine.region, 1, node);
    other_->map_now(mine.region, reserve());
    for (unsigned n = 0; n < 2 * pages_; ++n) {
      mine.free.push_back(reserve());
    }
    for (unsigned n = 0; n < hot_; ++n) {
      process_->map_now(hot_page(worker, n), reserve());
    }
  }

  Linear page(unsigned worker, unsigned n) const {
    return workers_[worker].region + n * page_bytes;
  }
  Linear hot_page(unsigned worker, unsigned n) const {
    return workers_[worker].region + region_bytes / 2 + n * page_bytes;
  }

  // The n-th page is touched at its n-th line, so that pages do not meet in one set of a cache.
  static Linear line_in(unsigned n) { return n * line_bytes % page_bytes; }

  // Returns how long its shootdown took.
  Duration operate(Cpu& cpu, unsigned worker) {
    Worker& mine = workers_[worker];
    for (unsigned n = 0; n < pages_; ++n) {
      process_->map(cpu, page(worker, n), mine.free.back());
      mine.free.pop_back();
    }
    for (unsigned n = 0; n < pages_; ++n) {
      cpu.store(word_at(*process_->use(cpu, page(worker, n) + line_in(n))), n);
    }
    for (unsigned n = 0; n < hot_; ++n) {
      cpu.load(word_at(*process_->use(cpu, hot_page(worker, n) + line_in(n))));
    }
    work(cpu, worker);
    return unmap(cpu, worker);
  }

  // Between half and one and a half of `think`, so that threads do not march in step.
  Duration draw_work(unsigned worker) {
    const std::uint32_t permille = 500 + random_[worker].below(1001);
    return think_ * permille / 1000;
  }

  // In equal parts, with a read after each and the visit in the middle.
  void work(Cpu& cpu, unsigned worker) {
    const auto neighbour = static_cast<unsigned>((worker + 1) % workers_.size());
    const unsigned parts = std::max(reads_, 1u);
    const Duration part = draw_work(worker) / parts;
    for (unsigned n = 0; n < parts; ++n) {
      if (part > Duration{}) {
        cpu.compute(part);
      }
      if (n == parts / 2 && visit_ > Duration{}) {
        other_->enter(cpu, kind_.pcid);
        cpu.load(word_at(*other_->use(cpu, workers_[worker].region)));
        cpu.compute(visit_);
        process_->enter(cpu, kind_.pcid);
      }
      if (n < reads_) {
        const unsigned which = n % pages_;
        if (const auto at = process_->use(cpu, page(neighbour, which) + line_in(which))) {
          cpu.load(word_at(*at));
        }
      }
    }
  }

  Duration unmap(Cpu& cpu, unsigned worker) {
    Worker& mine = workers_[worker];
    std::vector<Address> unmapped;
    for (unsigned n = 0; n < pages_; ++n) {
      unmapped.push_back(process_->unmap(cpu, page(worker, n)));
    }
    const Time began = cpu.now();
    tlb_->flush(cpu, mask_, {mine.region, pages_});
    const Duration took = cpu.now() - began;
    for (const Address frame : unmapped) {
      process_->gone(cpu, frame);
      mine.free.insert(mine.free.begin(), frame);
    }
    return took;
  }

  Shared<std::uint64_t>& word_at(Address address) const {
    return *static_cast<Shared<std::uint64_t>*>(memory_->host(address));
  }

  Values values_;
  Window window_;
  Duration think_;
  unsigned pages_;
  unsigned hot_;
  unsigned reads_;
  Duration visit_;
  const ShootdownKind& kind_;
  Memory* memory_ = nullptr;
  FrameUse frames_;
  std::unique_ptr<TlbShootdown> tlb_;
  std::unique_ptr<AddressSpace> process_;
  std::unique_ptr<AddressSpace> other_;
  PcpuSet mask_;
  std::vector<Worker> workers_;
  std::vector<Random> random_;
};

std::vector<Parameter> shootdown_parameters() {
  using Type = Parameter::Type;
  std::vector<Parameter> all = {
      {.name = "shootdown",
       .type = Type::choice,
       .fallback_choice = "reload_cr3",
       .choices = shootdown_names(),
       .doc = "how targets drop translations, and whether address spaces have PCIDs"},
      {.name = "pages",
       .type = Type::count,
       .fallback = 4,
       .least = 1,
       .most = most_churned,
       .doc = "pages that an operation maps, touches and unmaps"},
      {.name = "hot",
       .type = Type::count,
       .fallback = 64,
       .least = 0,
       .most = most_hot,
       .doc = "pages of a thread's working set: read in each operation, never unmapped"},
      {.name = "reads",
       .type = Type::count,
       .fallback = 1,
       .least = 0,
       .most = 1'000,
       .doc = "times that an operation reads a page of the next thread's, if it is mapped"},
      {.name = "visit",
       .type = Type::duration,
       .fallback = 0,
       .least = 0,
       .most = milliseconds(1).ps,
       .doc = "time that an operation spends in another address space; 0: it visits none"},
  };
  const std::vector<Parameter> shared = storm_parameters();
  all.insert(all.end(), shared.begin(), shared.end());
  return all;
}

}  // namespace

WorkloadKind tlb_shootdown_kind() {
  return {
      "tlb_shootdown",
      "threads of one address space that map, touch, unmap and shoot down",
      shootdown_parameters(),
      {
          {"ops_per_ms", "1/ms", "operations of all threads"},
          {"ps_per_op", "ps", "the window divided by the operations of all threads"},
          {"thread_ps_per_op", "ps", "one thread's time for an operation, thinking included"},
          {"slowest_thread_permille", "permille", "operations of the slowest thread, of the mean"},
          {"ops", "1", "operations finished in the window"},
          {"flush_p50_ns", "ns", "median time of a shootdown, waiting for its lock included"},
          {"flush_p99_ns", "ns", "99th percentile of the same"},
          {"flush_permille", "permille", "of the threads' time, what shootdowns took"},
      },
      [](const Values& values) { return std::make_unique<ShootdownStorm>(values); },
  };
}

}  // namespace hvsim
