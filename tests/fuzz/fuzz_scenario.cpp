// Scenarios from nowhere: each is accepted or refused with a reason, and what is accepted is
// whole.
//
// The text is read as if it lay beside the shipped scenarios, so that their machines are found. An
// accepted scenario must ask the same question when it is written down and read again, and its
// first cell must be one that can be made.
#include <cstdint>
#include <string>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/resolved.hpp"
#include "tests/fuzz/require.hpp"

namespace {

const std::string file = HVSIM_SOURCE_DIR "/scenarios/fuzz.json";

void try_out(const std::string& text) {
  const hvsim::Scenario scenario = hvsim::read_scenario_text(text, file);
  const std::string resolved = hvsim::resolved_json(scenario);
  const hvsim::Scenario again = hvsim::read_scenario_text(resolved, file);
  hvsim::fuzz::require(hvsim::resolved_json(again) == resolved, "the same question");

  hvsim::Point first;
  for (const hvsim::Axis& axis : scenario.axes) {
    first[axis.name] = axis.values.front();
  }
  hvsim::resolved_json(hvsim::make_cell(scenario, first, scenario.seeds.front()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hvsim::fuzz::accept_or_refuse(data, size, try_out);
  return 0;
}
