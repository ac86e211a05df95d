// Judges claims against rows.
//
// A claim is about one number a seed: a metric, or the ratio of a metric in two rows. Numbers are
// whole thousandths, rounded down; a bound itself is within bounds; a claim holds if every seed is
// within. If the command line added an axis that the claim does not name, every value of that axis
// counts like a further seed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scenarios/run/result.hpp"

namespace hvsim {

// One verdict a claim, in order; they point into `scenario`. `rows` may lack any of the sweep's.
std::vector<Verdict> judge(const Scenario& scenario, std::span<const Row> rows);

// How far a measured claim is from its nearest bound, in thousandths of that bound, for the seed
// that is nearest; negative if it is beyond. None if nothing was measured, the bound is 0 or the
// numbers are too far apart.
std::optional<std::int64_t> headroom_permille(const Verdict& verdict);

}  // namespace hvsim
