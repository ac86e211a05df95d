#include "tests/sched/random_guests.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "models/hypervisor/sched/scheduler.hpp"
#include "models/hypervisor/shadow/catalog.hpp"
#include "tests/hw/random_program.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

class Guests {
 public:
  Guests(std::uint64_t seed, const RunOptions& options)
      : seed_(seed),
        draw_(seed, 3),
        machine_(random_machine(seed), options),
        calls_(machine_),
        frames_(machine_),
        loader_(make_l4_loader(loader_name(), machine_, calls_, frames_, {})),
        scheduler_(machine_, scheduler_options()) {
    for (unsigned i = 0; i < 3; ++i) {
      words_.push_back(
          &machine_.memory().make<Word>("word[" + std::to_string(i) + "]", SocketId{0}));
    }
    const auto pcpus = static_cast<unsigned>(scheduler_.pcpus().size());
    const unsigned vcpus = pcpus + draw_.below(2 * pcpus);
    for (unsigned d = 0; d < 2; ++d) {
      scheduler_.add_domain({.name = "d" + std::to_string(d + 1)});
    }
    for (unsigned v = 0; v < vcpus; ++v) {
      PvDomain& domain = *scheduler_.domains()[v % 2];
      const Address tables = frames_.allocate("l4[" + std::to_string(v) + "]", 2, SocketId{0});
      Vcpu& vcpu = scheduler_.add_vcpu(domain, {.processor = PcpuId{draw_.below(pcpus)}},
                                       [this, v](GuestCpu& guest) { live(guest, v); });
      done_.push_back(
          &machine_.memory().make<Word>("done[" + std::to_string(v) + "]", SocketId{0}));
      vcpu.tables = {tables, tables + page_bytes, true};
    }
  }

  std::string play() {
    for (const PcpuId pcpu : scheduler_.pcpus()) {
      machine_.start(pcpu, [this](Cpu& cpu) { work(cpu); });
    }
    machine_.run();
    scheduler_.check(machine_.cpu(PcpuId{0}));
    loader_->check(machine_.cpu(PcpuId{0}));
    return report();
  }

 private:
  static constexpr std::uint64_t steps = 40;
  static constexpr std::uint64_t lead = 6;  // steps before the slowest that a vCPU may be

  std::string loader_name() {
    static const std::vector<std::string> names = {"copy_every_switch", "mru_cache",
                                                   "copy_if_changed"};
    return names[draw_.below(3)];
  }
  SchedulerOptions scheduler_options() {
    const std::vector<std::string> kinds = scheduler_names();
    SchedulerOptions options;
    options.kind = kinds[draw_.below(static_cast<std::uint32_t>(kinds.size()))];
    options.times.timeslice = picoseconds(120'000'000 + draw_.below(200'000'000));
    options.times.ratelimit = picoseconds(draw_.below(20'000'000));
    preemptive_ = options.kind != "pinned";
    options.pcpus = 1 + draw_.below(std::min(5u, machine_.pcpus()));
    options.loader = loader_.get();
    return options;
  }

  // The first pCPU says which frames are L4s before any guest runs.
  void work(Cpu& cpu) {
    if (cpu.id().n == 0) {
      for (const auto& vcpu : scheduler_.vcpus()) {
        loader_->typed(cpu, vcpu->domain.tables, vcpu->tables.kernel);
        loader_->typed(cpu, vcpu->domain.tables, vcpu->tables.user);
      }
    } else {
      cpu.compute(ns(50'000));
    }
    scheduler_.run(cpu);
  }

  void live(GuestCpu& guest, unsigned self) {
    Random random(seed_, 100 + self);
    for (std::uint64_t step = 1; step <= steps; ++step) {
      random_step(guest, random);
      guest.store(*done_[self], step);
      if (preemptive_ && step > lead && random.chance(1, 4)) {
        const Word& other = *done_[random.below(static_cast<std::uint32_t>(done_.size()))];
        while (guest.load(other) < step - lead) {
          guest.relax();
        }
      }
      guest.progress();
    }
  }

  void random_step(GuestCpu& guest, Random& random) {
    Word& word = *words_[random.below(3)];
    switch (random.below(9)) {
      case 0:
        guest.store(word, guest.load(word) + 1);
        break;
      case 1:
        guest.fetch_add(word, 1);
        break;
      case 2:
      case 3:
        guest.compute(picoseconds(1 + random.below(60'000'000)));
        break;
      case 4:
        guest.block_until(guest.now() + picoseconds(random.below(90'000'000)));
        break;
      case 5: {
        const AllVcpus& all = scheduler_.vcpus();
        guest.notify(*all[random.below(static_cast<std::uint32_t>(all.size()))]);
        break;
      }
      case 6:
        guest.yield();
        break;
      case 7:
        guest.leave_kernel();
        guest.compute(picoseconds(1 + random.below(900'000)));
        guest.enter_kernel();
        break;
      default: {
        const std::uint32_t length = 1 + random.below(3'000'000);
        guest.hypercall([&](Cpu& cpu) {
          cpu.compute(picoseconds(length));
          cpu.fetch_add(word, 1);
        });
        break;
      }
    }
  }

  std::string report() {
    std::ostringstream out;
    out << "digest " << machine_.digest() << "\nfinished " << machine_.finished().ps << "\n";
    for (const PcpuId id : scheduler_.pcpus()) {
      const Accounting& accounting = machine_.accounting(id);
      EXPECT_EQ(accounting.total(), machine_.cpu(id).now() - Time{}) << "seed " << seed_;
      out << "pcpu " << id.n << ":";
      for (unsigned cause = 0; cause < causes; ++cause) {
        out << " " << accounting.spent(static_cast<Cause>(cause)).ps;
      }
      out << "\n";
    }
    for (const auto& vcpu : scheduler_.vcpus()) {
      out << vcpu->name << " ran " << vcpu->ran.ps << " waited " << vcpu->longest_wait.ps
          << " switches " << vcpu->switched_to << " wakes " << vcpu->wakes << " migrations "
          << vcpu->migrations << "\n";
    }
    return out.str();
  }

  std::uint64_t seed_;
  Random draw_;
  bool preemptive_ = false;
  Machine machine_;
  CrossCall calls_;
  L4Frames frames_;
  std::unique_ptr<L4Loader> loader_;
  Scheduler scheduler_;
  std::vector<Word*> words_;
  std::vector<Word*> done_;  // by vCPU: its steps, for others to wait for
};

}  // namespace

std::string play_random_guests(std::uint64_t seed, bool step_every_verb, bool poll_while_spinning,
                               const EngineMaker& make_engine) {
  RunOptions options;
  options.make_engine = make_engine;
  options.seed = seed;
  options.step_every_verb = step_every_verb;
  options.poll_while_spinning = poll_while_spinning;
  return Guests(seed, options).play();
}

}  // namespace hvsim
