#include "sim/hw/host_batches.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "sim/base/check.hpp"
#include "sim/hw/host_cpu.hpp"

namespace hvsim {
namespace {

constexpr std::uint64_t delay_stream = 1100;  // and one for each thread
constexpr std::uint32_t longest_delay = 32;   // in turns of an empty loop

// Where the threads meet: each says how often it has come, and waits for the others.
class Meeting {
 public:
  Meeting(std::size_t threads, bool keep_processor)
      : came_(threads), looks_a_turn_(keep_processor ? 1024 : 1) {}

  void wait(Cpu& cpu, std::size_t me) {
    const std::uint64_t mine = came_[me].times.load(std::memory_order_relaxed) + 1;
    came_[me].times.store(mine, std::memory_order_release);
    for (const Came& other : came_) {
      for (unsigned looks = 1; other.times.load(std::memory_order_acquire) < mine; ++looks) {
        if (looks % looks_a_turn_ == 0) {
          cpu.relax();
        } else {
          pause_processor();
        }
      }
    }
  }

 private:
  struct alignas(line_bytes) Came {
    std::atomic<std::uint64_t> times{0};
  };
  std::vector<Came> came_;
  // Whoever has a processor does not give it away for the other one's next absence: the two would
  // hardly ever be there together on a busy host.
  unsigned looks_a_turn_;
};

struct Batches {
  const BatchProgram& program;
  BatchShape shape;
  bool meet_each_time;
  Meeting meeting;

  void work(Cpu& cpu, std::size_t me, Random random);
};

void wait_idly(std::uint32_t turns) {
  for (volatile std::uint32_t left = turns; left != 0;) {
    left = left - 1;
  }
}

void Batches::work(Cpu& cpu, std::size_t me, Random random) {
  for (std::uint64_t done = 0; done < shape.runs;) {
    const auto count =
        static_cast<unsigned>(std::min<std::uint64_t>(shape.batch, shape.runs - done));
    if (me == 0) {
      program.before(count);
    }
    meeting.wait(cpu, me);
    for (unsigned i = 0; i < count; ++i) {
      if (meet_each_time) {
        const std::uint32_t delay = random.below(longest_delay);
        meeting.wait(cpu, me);
        wait_idly(delay);
      }
      program.bodies[me](cpu, i);
    }
    meeting.wait(cpu, me);
    if (me == 0) {
      program.after(count);
    }
    done += count;
    cpu.progress();
  }
}

}  // namespace

void run_batches(HostMachine& machine, const BatchProgram& program, const BatchShape& shape) {
  const std::size_t threads = program.bodies.size();
  check(threads > 0 && threads <= machine.pcpus(), "a pCPU for each body");
  check(shape.batch > 0, "an instance or more a batch");
  const bool enough = threads <= std::thread::hardware_concurrency();
  Batches batches{program, shape, enough, Meeting(threads, enough)};
  for (std::size_t t = 0; t < threads; ++t) {
    machine.start(PcpuId{static_cast<std::uint32_t>(t)},
                  [&, t](Cpu& cpu) { batches.work(cpu, t, machine.random(delay_stream + t)); });
  }
  machine.run();
}

}  // namespace hvsim
