// Values with units, parsed exactly and written one way only.
//
// No double is involved: "47.1 ns" is 47,100 ps because 471 x 1000 / 10 is whole. A value finer
// than its base unit is an error, not rounded; cycles alone are rounded, to the nearest
// picosecond. The canonical text of a value depends on the value alone, so "1000 us" and "1 ms"
// become the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace hvsim {

// What is measured, and the base unit its whole number counts.
enum class Dimension : std::uint8_t {
  duration,   // ps
  size,       // bytes
  rate,       // bytes a second
  frequency,  // Hz
  fraction,   // parts per billion
};

struct Unit {
  const char* name;
  std::int64_t scale;  // in base units
};

// Smallest first.
std::span<const Unit> units_of(Dimension dimension);

// A value, or in `error` what is wrong with the text (a sentence without its end).
struct Measure {
  std::int64_t value = 0;
  std::string error = {};
  bool ok() const { return error.empty(); }
};

// "100 us". A fraction may be a bare number: "0.001", "1e-6".
Measure parse_measure(Dimension dimension, const std::string& text);
// As a duration, or "4 cycles" of a clock of `khz`.
Measure parse_duration_or_cycles(const std::string& text, std::int64_t khz);
// "-12": digits only.
Measure parse_whole(const std::string& text);
// "2.5" as 2500; at most three decimals.
Measure parse_thousandths(const std::string& text);

// "100 us", "64 KiB", "57.93 GB/s", "2.294 GHz", "0.1 %".
std::string canonical_text(Dimension dimension, std::int64_t value);
// 2500 as "2.5".
std::string decimal_of_thousandths(std::int64_t value);

// What to write: `a duration such as "100 us"`.
std::string example_of(Dimension dimension);

}  // namespace hvsim
