// What a hostile schedule does to a run: it holds something up, at a point that has a number.
//
// Three things can be held up: a pCPU before a verb, a store in its buffer before it commits, an
// interrupt on its way. Points are counted a pCPU. Stores are counted as they commit, interrupts
// as they are sent. Verbs are counted in steps: a turn of a wait loop, which does what an earlier
// turn did, is no step. So the number of a point says where in the algorithm it lies, and stays
// what it is if somebody waits longer or shorter before it: without that a list of perturbations
// could not be shortened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

enum class HeldUp : std::uint8_t { verb, commit, interrupt };

// Each of the points `first` to `last` is held up for `length`.
struct Perturbation {
  HeldUp what;
  PcpuId pcpu;
  std::uint32_t first;
  std::uint32_t last;
  Duration length;

  auto operator<=>(const Perturbation&) const = default;
};

// A schedule written out: with it a run goes as it went.
struct Plan {
  std::optional<std::uint64_t> rank_seed;  // none: the ranks are those of the cell's own seed
  std::vector<Perturbation> perturbations;

  bool operator==(const Plan&) const = default;
};

// "pcpu 2 is held before step 31 for 500 ns"
std::string text_of(const Perturbation& perturbation);

}  // namespace hvsim
