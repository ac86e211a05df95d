// The order of prices.
#include "scenarios/run/contradictions.hpp"

#include "scenarios/run/units.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

Duration price_called(const MachineSpec& spec, const std::string& name) {
  for (const PriceField& field : price_fields()) {
    if (field.name == name) {
      return (spec.prices.*field.price).value;
    }
  }
  check(false, "a price of the table");
  return {};
}

}  // namespace

std::vector<Contradiction> contradictions(const MachineSpec& spec) {
  static constexpr std::pair<const char*, const char*> rising[] = {
      {"l1_hit", "l2_hit"},           {"l2_hit", "l3_hit"},
      {"l3_request", "l3_hit"},       {"l3_request", "hand_over_same"},
      {"l3_hit", "clean_same"},       {"l3_hit", "dirty_same"},
      {"l3_hit", "dram_local"},       {"clean_same", "clean_remote"},
      {"dirty_same", "dirty_remote"}, {"hand_over_same", "hand_over_remote"},
      {"dram_local", "dram_remote"},  {"locked_rmw", "hand_over_same"},
  };
  std::vector<Contradiction> found;
  for (const auto& [near, far] : rising) {
    const Duration low = price_called(spec, near);
    const Duration high = price_called(spec, far);
    if (low > high) {
      found.push_back({near, far,
                       std::string(near) + " (" + canonical_text(Dimension::duration, low.ps) +
                           ") must not be above " + far + " (" +
                           canonical_text(Dimension::duration, high.ps) + ")"});
    }
  }
  return found;
}

}  // namespace hvsim
