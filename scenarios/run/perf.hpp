// What simulating cost the host, as JSON: for following the simulator's own speed, never a result.
#pragma once

#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

// `cost` and `more` together; the most memory is the larger of the two.
HostCost sum(const HostCost& cost, const HostCost& more);

// The most memory this process has held so far, in KiB.
std::int64_t max_rss_kb();

std::string perf_json(const HostCost& cost);

}  // namespace hvsim
