// Simulated time: whole picoseconds, in two strong types.
//
// `Time` is an instant since the start of the run, `Duration` a length. No double ever decides an
// order: prices are converted to picoseconds once, when a machine is read.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace hvsim {

struct Duration {
  std::int64_t ps = 0;

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration& operator+=(Duration d) { return ps += d.ps, *this; }
  constexpr Duration& operator-=(Duration d) { return ps -= d.ps, *this; }
};

constexpr Duration operator+(Duration a, Duration b) {
  return {a.ps + b.ps};
}
constexpr Duration operator-(Duration a, Duration b) {
  return {a.ps - b.ps};
}
constexpr Duration operator*(Duration a, std::int64_t n) {
  return {a.ps * n};
}
constexpr Duration operator*(std::int64_t n, Duration a) {
  return {a.ps * n};
}
constexpr Duration operator/(Duration a, std::int64_t n) {
  return {a.ps / n};
}
constexpr std::int64_t operator/(Duration a, Duration b) {
  return a.ps / b.ps;
}

constexpr Duration picoseconds(std::int64_t n) {
  return {n};
}
constexpr Duration nanoseconds(std::int64_t n) {
  return {n * 1'000};
}
constexpr Duration microseconds(std::int64_t n) {
  return {n * 1'000'000};
}
constexpr Duration milliseconds(std::int64_t n) {
  return {n * 1'000'000'000};
}

// `n` cycles of a clock of `khz`, rounded to the nearest picosecond. n * 10^9 must fit 63 bits.
constexpr Duration cycles(std::int64_t n, std::int64_t khz) {
  return {(n * 1'000'000'000 + khz / 2) / khz};
}

struct Time {
  std::int64_t ps = 0;

  constexpr auto operator<=>(const Time&) const = default;
  constexpr Time& operator+=(Duration d) { return ps += d.ps, *this; }
  // Later than anything that happens: "no such instant".
  static constexpr Time never() { return {std::numeric_limits<std::int64_t>::max()}; }
};

constexpr Time operator+(Time t, Duration d) {
  return {t.ps + d.ps};
}
constexpr Time operator-(Time t, Duration d) {
  return {t.ps - d.ps};
}
constexpr Duration operator-(Time a, Time b) {
  return {a.ps - b.ps};
}

}  // namespace hvsim
