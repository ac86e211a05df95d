// The engine by itself: a switch between strands, and the tree that says who is next.
#include <benchmark/benchmark.h>

#include "sim/base/random.hpp"
#include "sim/time/fiber_engine.hpp"
#include "sim/time/tournament.hpp"

namespace hvsim {
namespace {

// Strands that take turns, a switch each.
void switch_strands(benchmark::State& state) {
  const auto strands = static_cast<unsigned>(state.range(0));
  constexpr int turns = 1000;
  std::uint64_t switches = 0;
  for ([[maybe_unused]] const auto _ : state) {
    const auto engine = make_fiber_engine(strands, {});
    for (unsigned rank = 0; rank < strands; ++rank) {
      engine->spawn(Rank{rank}, [&engine] {
        for (int turn = 1; turn <= turns; ++turn) {
          engine->park_until(Time{turn});
        }
      });
    }
    engine->run();
    switches += engine->switches();
  }
  state.counters["switches"] =
      benchmark::Counter(static_cast<double>(switches), benchmark::Counter::kIsRate);
}
BENCHMARK(switch_strands)->Arg(2)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

// The earliest waits again, a little later.
void tournament(benchmark::State& state) {
  const auto ranks = static_cast<unsigned>(state.range(0));
  Tournament tree(ranks);
  for (unsigned rank = 0; rank < ranks; ++rank) {
    tree.set(Rank{rank}, Time{rank});
  }
  Random random(1, 1);
  std::vector<Duration> waits(4096);
  for (Duration& wait : waits) {
    wait = Duration{1 + random.below(100'000)};
  }
  std::size_t i = 0;
  for ([[maybe_unused]] const auto _ : state) {
    const Tournament::Key first = tree.first();
    tree.take_first();
    benchmark::DoNotOptimize(tree.first());
    tree.set(Tournament::rank_of(first), Tournament::time_of(first) + waits[i++ % waits.size()]);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(tournament)->Arg(16)->Arg(256);

}  // namespace
}  // namespace hvsim
