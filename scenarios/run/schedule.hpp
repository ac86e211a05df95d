// Hostile schedules: who is held up where, and for how long.
//
// A schedule is asked once for each point of a run (perturbation.hpp), in the order in which the
// run comes to them, and answers from its own draws and from what it was asked so far. What it
// guarantees: schedule `number` of `seed` is a pure function of those two and of the shape of the
// cell it is for.
//
// noise: every schedule first draws what it holds up - verbs, commits, interrupts -, on which
// pCPUs, how often and how long at most, from a few ns to 16 us; then each point of that kind is
// held by chance. Sparse and dense, short and long schedules find different things.
//
// pct: probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010). Every pCPU and every
// store buffer is an agent with a priority of its own, in random order; at up to three random
// steps of the run the agent that is about to make the step falls below all others. PCT would let
// an agent make no step at all while a higher one can. Here time goes on for all, so a priority is
// a speed: the agent on top is not held up, and each place further down doubles what each step
// waits. So an agent seldom overtakes one above it, unless that one waits; and a wait loop ends,
// whoever waits for whom. The theorem on PCT's chances is not inherited: it needs strict priority.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run/perturbation.hpp"

namespace hvsim {

class Schedule {
 public:
  virtual ~Schedule() = default;
  // For how long this point is held up: nothing, or more.
  virtual Duration hold(HeldUp what, PcpuId pcpu, std::uint32_t index) = 0;
};

enum class Strategy : std::uint8_t { noise, pct };

// "noise" or "pct"; none for another text.
std::optional<Strategy> strategy_named(const std::string& name);
const char* name_of(Strategy strategy);

// What a strategy knows of a cell: from a run that nothing held up.
struct CellShape {
  std::vector<PcpuId> workers;
  std::uint32_t steps = 0;  // of all pCPUs, and all stores
};

std::unique_ptr<Schedule> make_schedule(Strategy strategy, std::uint64_t seed,
                                        std::uint64_t number, const CellShape& shape);
// What the ranks of that schedule are shuffled by.
std::uint64_t rank_seed_of(std::uint64_t seed, std::uint64_t number);

// Holds up what is listed, and nothing else. No two perturbations may share a point.
std::unique_ptr<Schedule> make_planned(const std::vector<Perturbation>& perturbations);

std::unique_ptr<Schedule> make_noise_schedule(std::uint64_t seed, std::uint64_t number,
                                              const CellShape& shape);
std::unique_ptr<Schedule> make_pct_schedule(std::uint64_t seed, std::uint64_t number,
                                            const CellShape& shape);

}  // namespace hvsim
