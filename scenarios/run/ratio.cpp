#include "scenarios/run/ratio.hpp"

#include <limits>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

__extension__ using SignedWide = __int128;

}  // namespace

std::int64_t thousandths(std::int64_t part, std::int64_t whole) {
  check(whole != 0, "a ratio to something");
  const SignedWide scaled = static_cast<SignedWide>(part) * 1000;
  SignedWide quotient = scaled / whole;
  if (scaled % whole != 0 && (scaled < 0) != (whole < 0)) {
    --quotient;
  }
  constexpr SignedWide most = std::numeric_limits<std::int64_t>::max();
  constexpr SignedWide least = std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(quotient > most ? most : quotient < least ? least : quotient);
}

std::string thousandths_text(std::int64_t value, unsigned digits) {
  check(digits >= 1 && digits <= 3, "one to three places");
  // Unsigned, because the least number has no positive counterpart.
  const std::uint64_t size =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::string places = std::to_string(size % 1000 + 1000).substr(1, digits);
  return (value < 0 ? "-" : "") + std::to_string(size / 1000) + "." + places;
}

}  // namespace hvsim
