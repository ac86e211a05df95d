// Values with units from nowhere: what is accepted has one canonical text, and that is read back
// as the same number.
#include <cstdint>
#include <string>

#include "scenarios/run/units.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using hvsim::Dimension;
using hvsim::Measure;
using hvsim::fuzz::require;

void try_dimension(Dimension dimension, const std::string& text) {
  const Measure read = hvsim::parse_measure(dimension, text);
  if (!read.ok()) {
    return;
  }
  const std::string canonical = hvsim::canonical_text(dimension, read.value);
  const Measure again = hvsim::parse_measure(dimension, canonical);
  require(again.ok() && again.value == read.value, "the canonical text is the same number");
  require(hvsim::canonical_text(dimension, again.value) == canonical, "one canonical text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const Dimension dimension : {Dimension::duration, Dimension::size, Dimension::rate,
                                    Dimension::frequency, Dimension::fraction}) {
    try_dimension(dimension, text);
  }
  for (const std::int64_t khz : {100'000, 2'294'000, 10'000'000}) {
    hvsim::parse_duration_or_cycles(text, khz);
  }
  const Measure whole = hvsim::parse_whole(text);
  if (whole.ok()) {
    require(hvsim::parse_whole(std::to_string(whole.value)).value == whole.value,
            "a whole number");
  }
  const Measure thousandths = hvsim::parse_thousandths(text);
  if (thousandths.ok()) {
    const std::string decimal = hvsim::decimal_of_thousandths(thousandths.value);
    require(hvsim::parse_thousandths(decimal).value == thousandths.value, "three decimals");
  }
  return 0;
}
