// Which schemas there are.
#include "scenarios/run/schema.hpp"

#include <array>

#include "scenarios/run/schema_parts.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

std::span<const std::string> schema_kinds() {
  static const std::array<std::string, 2> kinds = {"scenario", "machine"};
  return kinds;
}

std::string schema_text(const std::string& kind) {
  check(kind == "scenario" || kind == "machine", "a kind of schema");
  return kind == "scenario" ? scenario_schema() : machine_schema();
}

}  // namespace hvsim
