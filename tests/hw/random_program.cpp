#include "tests/hw/random_program.hpp"

#include <gtest/gtest.h>

#include <span>
#include <sstream>
#include <vector>

#include "sim/base/random.hpp"
#include "tests/hw/random_paging.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

constexpr unsigned phases = 3;
constexpr unsigned steps = 12;

// Two words that share a line, so that false sharing is in it too.
struct Pair {
  Word first;
  Word second;
};

class Program {
 public:
  Program(std::uint64_t seed, const RunOptions& options)
      : seed_(seed), machine_(random_machine(seed), options), paging_(machine_.memory()) {
    Random random(seed, 2);
    Memory& memory = machine_.memory();
    workers_ = 2 + random.below(std::min(7u, machine_.pcpus() - 1));
    const unsigned lines = 1 + random.below(4);
    for (unsigned i = 0; i < lines; ++i) {
      const SocketId node{random.below(machine_.sockets())};
      pairs_.push_back(&memory.make<Pair>("pair[" + std::to_string(i) + "]", node));
    }
    barrier_ = &memory.make<Word>("barrier", SocketId{0});
    const bool flags_share_lines = random.chance(1, 2);
    if (flags_share_lines) {
      for (Word& flag : memory.make_array<Word>("flags", workers_, SocketId{0})) {
        flags_.push_back(&flag);
      }
    }
    while (flags_.size() < workers_) {
      flags_.push_back(&memory.make<Word>("flag[" + std::to_string(flags_.size()) + "]",
                                          SocketId{random.below(machine_.sockets())}));
    }
    bulk_ = memory.reserve("bulk", bulk_bytes, SocketId{random.below(machine_.sockets())});
    place_workers(random);
  }

  std::string play() {
    machine_.run();
    return report();
  }

 private:
  static constexpr std::uint32_t bulk_bytes = 1024;

  void place_workers(Random& random) {
    std::vector<PcpuId> order;
    for (std::uint32_t i = 0; i < machine_.pcpus(); ++i) {
      order.push_back(PcpuId{i});
    }
    random.shuffle(order);
    for (std::uint32_t i = 0; i < machine_.pcpus(); ++i) {
      in_handler_.emplace_back(seed_, 200 + i);
    }
    for (unsigned i = 0; i < workers_; ++i) {
      placed_.push_back(order[i]);
      machine_.start(order[i], [this, i](Cpu& cpu) { work(cpu, i); });
    }
    machine_.on_interrupt(Vector::timer, [this](Cpu& cpu) {
      Random& draw = in_handler_[cpu.id().n];
      paging_.enter_space(cpu, draw);
      paging_.verb(cpu, draw);
    });
    machine_.on_interrupt(Vector::tlb_flush, [this](Cpu& cpu) {
      cpu.flush_tlb();
      Word& any = some_word(in_handler_[cpu.id().n]);
      cpu.fetch_add(any, 1);
    });
    machine_.on_interrupt(Vector::call_function, [this](Cpu& cpu) {
      Random& draw = in_handler_[cpu.id().n];
      Word& to = some_word(draw);
      Word& from = some_word(draw);
      cpu.store(to, cpu.load(from) + 1);
    });
    machine_.on_interrupt(Vector::event_check, [this](Cpu& cpu) {
      Random& draw = in_handler_[cpu.id().n];
      const bool ends = draw.chance(1, 2);
      const bool lets_in = draw.chance(1, 2);
      if (lets_in) {
        cpu.set_interrupts(true);
      }
      if (ends) {
        cpu.end_of_interrupt();
      }
      cpu.compute(picoseconds(7'300));
    });
  }

  Word& some_word(Random& random) {
    Pair& pair = *pairs_[random.below(static_cast<std::uint32_t>(pairs_.size()))];
    return random.chance(1, 2) ? pair.first : pair.second;
  }

  void work(Cpu& cpu, unsigned self) {
    Random random(seed_, 100 + self);
    paging_.enter_space(cpu, random);
    for (std::uint64_t phase = 1; phase <= phases; ++phase) {
      const unsigned when = random.below(steps);
      for (unsigned step = 0; step < steps; ++step) {
        random_verb(cpu, random);
        if (step == when) {
          cpu.store(*flags_[self], phase);
        }
      }
      wait_for_flags(cpu, random, phase);
      cpu.fetch_add(*barrier_, 1);
      while (cpu.load(*barrier_) < workers_ * phase) {
        cpu.relax();
      }
    }
    cpu.set_interrupts(true);
  }

  // One flag can be slept through, two cannot.
  void wait_for_flags(Cpu& cpu, Random& random, std::uint64_t phase) {
    Word& one = *flags_[random.below(workers_)];
    Word& other = *flags_[random.below(workers_)];
    if (random.chance(1, 3)) {
      while (cpu.load(one) < phase || cpu.load(other) < phase) {
        cpu.relax();
      }
    } else if (random.chance(1, 2)) {
      while (cpu.load(one) < phase) {
        cpu.relax();
      }
    } else {
      while (cpu.load(one) < phase) {
        while (!cpu.relax_until_interrupt()) {
        }
      }
    }
  }

  void random_verb(Cpu& cpu, Random& random) {
    switch (random.below(5)) {
      case 0:
        random_access(cpu, random);
        break;
      case 3:
        paging_.verb(cpu, random);
        break;
      case 1:
        random_locked(cpu, random);
        break;
      case 2:
        random_wait(cpu, random);
        break;
      default:
        random_rarity(cpu, random);
        break;
    }
  }

  void random_access(Cpu& cpu, Random& random) {
    Word& word = some_word(random);
    switch (random.below(3)) {
      case 0:
        cpu.load(word);
        break;
      case 1:
        cpu.store(word, random.next());
        break;
      default:
        cpu.store(word, 1), cpu.load(some_word(random));
        break;
    }
  }

  void random_locked(Cpu& cpu, Random& random) {
    Word& word = some_word(random);
    switch (random.below(4)) {
      case 0:
        cpu.xchg(word, random.next());
        break;
      case 1:
        cpu.fetch_add(word, 3);
        break;
      case 2:
        cpu.cmpxchg(word, cpu.load(word), 5);
        break;
      default:
        cpu.test_and_set_bit(word, random.below(64));
        break;
    }
  }

  void random_wait(Cpu& cpu, Random& random) {
    switch (random.below(5)) {
      case 0:
        cpu.compute(picoseconds(1 + random.below(400'000)));
        break;
      case 3: {
        const Duration left = cpu.compute_until_interrupt(picoseconds(random.below(400'000)));
        cpu.take_interrupts();
        cpu.store(some_word(random), static_cast<std::uint64_t>(left.ps));
        break;
      }
      case 1:
        cpu.compute(picoseconds(1 + random.below(9'000)));
        break;
      case 2:
        cpu.fence();
        break;
      default: {
        const Duration length = picoseconds(1 + random.below(300'000));
        cpu.set_interrupts(true);
        cpu.halt(cpu.now() + length);
      }
    }
  }

  void random_rarity(Cpu& cpu, Random& random) {
    switch (random.below(8)) {
      case 6:
        random.chance(1, 2) ? cpu.syscall() : cpu.sysret();
        break;
      case 7: {
        const Duration ahead = picoseconds(random.below(400'000));
        cpu.set_timer(random.chance(1, 8) ? Time::never() : cpu.now() + ahead);
        break;
      }
      case 0: {
        PcpuSet targets;
        targets.add(placed_[random.below(workers_)]);
        targets.add(placed_[random.below(workers_)]);
        cpu.send_ipi(targets, static_cast<Vector>(random.below(vectors)));
        break;
      }
      case 1:
        random_bulk(cpu, random);
        break;
      case 2:
        cpu.hypercall();
        break;
      case 3:
        cpu.set_interrupts(random.chance(1, 2));
        break;
      case 4:
        cpu.compute(picoseconds(700)), cpu.relax();
        break;  // after a lone load it may sleep
      default:
        cpu.ghost_point();
        look_around(cpu);
    }
  }

  void random_bulk(Cpu& cpu, Random& random) {
    const Address from = bulk_ + random.below(bulk_bytes / 2);
    const std::uint32_t bytes = 1 + random.below(bulk_bytes / 2);
    Word& word = some_word(random);
    switch (random.below(4)) {
      case 0:
        cpu.copy(bulk_, from, bytes);
        break;
      case 1:
        random_copy_words(cpu, random);
        break;
      case 2:
        cpu.clear(from, bytes);
        break;
      default:
        cpu.copy(machine_.memory().address_of(&word), from, 64);
        break;
    }
  }

  // One word or a whole pair, from one line that others write to another.
  void random_copy_words(Cpu& cpu, Random& random) {
    const auto pairs = static_cast<std::uint32_t>(pairs_.size());
    Pair& to = *pairs_[random.below(pairs)];
    const Pair& from = *pairs_[random.below(pairs)];
    const std::size_t words = 1 + random.below(2);
    const std::size_t block = random.chance(1, 2) ? 1 : 8;
    cpu.copy_words(&to.first, &from.first, words, block);
  }

  // What a ghost check sees: all words, as they are at this instant.
  void look_around(Cpu& cpu) {
    ghosts_ << "ghost point of " << cpu.id().n << " at " << cpu.now().ps << ":";
    for (const Pair* pair : pairs_) {
      ghosts_ << " " << pair->first.peek() << " " << pair->second.peek();
    }
    ghosts_ << "\n";
  }

  std::string report() {
    std::ostringstream out;
    out << "digest " << machine_.digest() << "\nfinished " << machine_.finished().ps << "\n";
    for (const PcpuId id : placed_) {
      const Accounting& accounting = machine_.accounting(id);
      const Time end = machine_.cpu(id).now();
      EXPECT_EQ(accounting.total(), end - Time{}) << "pcpu " << id.n << " of seed " << seed_;
      out << "pcpu " << id.n << " at " << end.ps << ":";
      for (unsigned cause = 0; cause < causes; ++cause) {
        const Duration spent = accounting.spent(static_cast<Cause>(cause));
        EXPECT_GE(spent, Duration{})
            << cause_name(static_cast<Cause>(cause)) << " of seed " << seed_;
        out << " " << cause_name(static_cast<Cause>(cause)) << " " << spent.ps;
      }
      out << "\n";
    }
    const Traffic& traffic = machine_.traffic();
    out << "traffic " << traffic.local_transfers << " " << traffic.remote_transfers << " "
        << traffic.dram_reads << " " << traffic.dram_writes << " " << traffic.locked_ops << " "
        << traffic.failed_cmpxchg << " " << traffic.ipis << "\n";
    for (const LineReport& line : machine_.lines()) {
      out << line.name << " " << line.counts.loads << " " << line.counts.stores << " "
          << line.counts.local_hitm << " " << line.counts.remote_hitm << " "
          << line.counts.queued_ps << "\n";
    }
    out << ghosts_.str();
    return out.str();
  }

  std::uint64_t seed_;
  Machine machine_;
  unsigned workers_ = 0;
  std::vector<Pair*> pairs_;
  std::vector<Word*> flags_;
  Word* barrier_ = nullptr;
  Address bulk_ = 0;
  RandomPaging paging_;
  std::vector<PcpuId> placed_;
  std::vector<Random> in_handler_;  // by pCPU
  std::ostringstream ghosts_;
};

}  // namespace

MachineSpec random_machine(std::uint64_t seed) {
  Random random(seed, 1);
  MachineSpec spec = random.chance(1, 4) ? chain_of_four() : toy_machine();
  spec.hand_over = static_cast<HandOver>(random.below(3));
  spec.threads_per_core = random.chance(1, 8) ? 2 : 1;
  if (random.chance(1, 3)) {  // so small that lines are taken out of them all the time
    spec.l1 = {256, 2};
    spec.l2 = {512, 4};
    spec.l3 = {2048, 32};
  }
  spec.store_buffer_entries.value = 1 + random.below(8);
  spec.line_fill_buffers.value = 1 + random.below(8);
  spec.tlb_sets.value = 1 + random.below(4);
  spec.tlb_ways.value = 1 + random.below(3);
  spec.apic = apic_names()[random.below(2)].mode;
  for (const PriceField& field : price_fields()) {
    Duration& price = (spec.prices.*field.price).value;
    price += picoseconds(random.below(static_cast<std::uint32_t>(price.ps / 10)));
  }
  return spec;
}

std::string play_random_program(std::uint64_t seed, bool step_every_verb, bool poll_while_spinning,
                                const EngineMaker& make_engine) {
  RunOptions options;
  options.make_engine = make_engine;
  options.seed = seed;
  options.step_every_verb = step_every_verb;
  options.poll_while_spinning = poll_while_spinning;
  return Program(seed, options).play();
}

}  // namespace hvsim
