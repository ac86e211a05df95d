// The keys of scenario and machine files: which there are, which are required, what they mean.
// Reader and JSON Schema both go by these tables.
#pragma once

#include <span>

#include "scenarios/run/node.hpp"

namespace hvsim {

std::span<const Key> scenario_keys();
std::span<const Key> claim_keys();

std::span<const Key> machine_keys();
std::span<const Key> shape_keys();
std::span<const Key> caches_keys();
std::span<const Key> cache_keys();
std::span<const Key> sourced_keys();  // of one price or limit
std::span<const Key> loaded_latency_keys();
std::span<const Key> loaded_point_keys();
std::span<const Key> hand_over_keys();
std::span<const Key> lapic_keys();

}  // namespace hvsim
