// Verbs a second of the whole machine, by how much its pCPUs get in each other's way.
//
// The argument is the number of pCPUs; all runs of one benchmark simulate the same time, so verbs
// a second at 16 and at 256 compare the cost of a verb. `ns_a_verb` is that cost.
#include <benchmark/benchmark.h>

#include "tests/bench/big_toy.hpp"

namespace hvsim {
namespace {

using Word = Shared<std::uint64_t>;

void count_verbs(benchmark::State& state, std::uint64_t verbs) {
  const auto all = static_cast<double>(verbs);
  state.counters["verbs"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["s_a_verb"] =
      benchmark::Counter(all, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Everybody adds to one word: each verb is a hand-over.
void contended_word(benchmark::State& state) {
  std::uint64_t verbs = 0;
  for ([[maybe_unused]] const auto _ : state) {
    verbs += run_everywhere(static_cast<unsigned>(state.range(0)), [](Machine& machine) {
      Word& word = machine.memory().make<Word>("word", SocketId{0});
      return [&word](Cpu& cpu) {
        while (cpu.now() < Time{} + milliseconds(10)) {
          cpu.fetch_add(word, 1);
        }
      };
    });
  }
  count_verbs(state, verbs);
}
BENCHMARK(contended_word)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

// A load, then a cmpxchg that may fail: two transactions a turn.
void cmpxchg_loop(benchmark::State& state) {
  std::uint64_t verbs = 0;
  for ([[maybe_unused]] const auto _ : state) {
    verbs += run_everywhere(static_cast<unsigned>(state.range(0)), [](Machine& machine) {
      Word& word = machine.memory().make<Word>("word", SocketId{0});
      return [&word](Cpu& cpu) {
        while (cpu.now() < Time{} + milliseconds(10)) {
          const std::uint64_t seen = cpu.load(word);
          if (cpu.cmpxchg(word, seen, seen + 1) != seen) {
            cpu.relax();
          }
        }
      };
    });
  }
  count_verbs(state, verbs);
}
BENCHMARK(cmpxchg_loop)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

// Each has a line of its own: nobody waits for anybody.
void own_lines(benchmark::State& state) {
  std::uint64_t verbs = 0;
  for ([[maybe_unused]] const auto _ : state) {
    verbs += run_everywhere(static_cast<unsigned>(state.range(0)), [](Machine& machine) {
      struct Line {
        alignas(line_bytes) Word word;
      };
      const auto lines = machine.memory().make_array<Line>("line", machine.pcpus(), SocketId{0});
      return [lines](Cpu& cpu) {
        Word& mine = lines[cpu.id().n].word;
        while (cpu.now() < Time{} + microseconds(200)) {
          cpu.store(mine, cpu.load(mine) + 1);
        }
      };
    });
  }
  count_verbs(state, verbs);
}
BENCHMARK(own_lines)->Arg(1)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

// Everybody waits for one word that one of them changes now and then.
void waiting_for_a_word(benchmark::State& state) {
  std::uint64_t verbs = 0;
  for ([[maybe_unused]] const auto _ : state) {
    verbs += run_everywhere(static_cast<unsigned>(state.range(0)), [](Machine& machine) {
      Word& word = machine.memory().make<Word>("word", SocketId{0});
      return [&word](Cpu& cpu) {
        for (std::uint64_t turn = 1; turn <= 20; ++turn) {
          if (cpu.id().n == 0) {
            cpu.compute(microseconds(100));
            cpu.store(word, turn);
          }
          while (cpu.load(word) < turn) {
            cpu.relax();
          }
        }
      };
    });
  }
  count_verbs(state, verbs);
}
BENCHMARK(waiting_for_a_word)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

// Frames of 4 KiB between two regions that fit no cache.
void copy_frames(benchmark::State& state) {
  constexpr std::uint64_t region = std::uint64_t{4} * 1024 * 1024;
  std::uint64_t verbs = 0;
  for ([[maybe_unused]] const auto _ : state) {
    verbs += run_everywhere(static_cast<unsigned>(state.range(0)), [](Machine& machine) {
      const Address all =
          machine.memory().reserve("regions", region * 2 * machine.pcpus(), SocketId{0});
      return [all](Cpu& cpu) {
        const Address mine = all + region * 2 * cpu.id().n;
        for (std::uint64_t done = 0; done < region; done += page_bytes) {
          cpu.copy(mine + region + done, mine + done, page_bytes);
        }
      };
    });
  }
  count_verbs(state, verbs);
  state.counters["lines"] = benchmark::Counter(
      static_cast<double>(verbs * 2 * page_bytes / line_bytes), benchmark::Counter::kIsRate);
}
BENCHMARK(copy_frames)->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hvsim
