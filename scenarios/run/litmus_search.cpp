#include "scenarios/run/litmus_search.hpp"

#include <string>
#include <unordered_set>

#include "scenarios/run/litmus_machine.hpp"
#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace hvsim {
namespace {

// What a search may cost: some ten seconds, and a quarter of a gigabyte. A test of four threads
// of four operations takes a hundredth of that.
constexpr std::uint64_t most_choices = 3'000'000;
constexpr std::size_t most_kept_bytes = std::size_t{256} << 20;
constexpr std::uint64_t walk_stream = 1200;

class Search {
 public:
  Search(const LitmusTest& test, const LitmusMachineOptions& options)
      : test_(test), options_(options) {}

  LitmusSeen run() {
    do {
      run_once();
    } while (step_back());
    seen_.states = visited_.size();
    return std::move(seen_);
  }

 private:
  struct Pruned {};  // an earlier run has been here
  struct Choice {
    std::size_t of;  // how many there were
    std::size_t taken;
  };

  void run_once() {
    depth_ = 0;
    ++seen_.runs;
    LitmusRun run(test_, options_);
    try {
      ++seen_.outcomes[run.finish(
          [&](std::span<const LitmusAgent> agents) { return choose(run, agents.size()); })];
    } catch (const Pruned&) {
    }
  }

  std::size_t choose(const LitmusRun& run, std::size_t agents) {
    if (depth_ == path_.size()) {
      visit(run);
      path_.push_back({agents, 0});
    }
    ++choices_;
    const Choice& choice = path_[depth_++];
    check(choice.of == agents, "the same choices lead to the same place");
    return choice.taken;
  }

  void visit(const LitmusRun& run) {
    std::string state = run.state();
    bytes_ += state.size();
    if (choices_ > most_choices || bytes_ > most_kept_bytes) {
      throw TooManyStates(test_.name + ": " + std::to_string(visited_.size()) +
                          " states and no end: too many orders to try all; try --mode random");
    }
    if (!run.between_halves() && !visited_.insert(std::move(state)).second) {
      throw Pruned();
    }
  }

  // To the last choice that has something left to try. False: there is none.
  bool step_back() {
    while (!path_.empty() && ++path_.back().taken == path_.back().of) {
      path_.pop_back();
    }
    return !path_.empty();
  }

  const LitmusTest& test_;
  LitmusMachineOptions options_;
  std::vector<Choice> path_;
  std::size_t depth_ = 0;
  std::unordered_set<std::string> visited_;
  std::uint64_t choices_ = 0;
  std::size_t bytes_ = 0;
  LitmusSeen seen_;
};

}  // namespace

LitmusSeen search_litmus(const LitmusTest& test, const LitmusMachineOptions& options) {
  return Search(test, options).run();
}

LitmusSeen walk_litmus(const LitmusTest& test, const LitmusMachineOptions& options,
                       std::uint64_t runs, std::uint64_t seed) {
  LitmusSeen seen;
  Random random(seed, walk_stream);
  for (; seen.runs < runs; ++seen.runs) {
    LitmusRun run(test, options);
    ++seen.outcomes[run.finish([&](std::span<const LitmusAgent> agents) -> std::size_t {
      return random.below(static_cast<std::uint32_t>(agents.size()));
    })];
  }
  return seen;
}

}  // namespace hvsim
