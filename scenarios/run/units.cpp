// Exact decimals times exact scales.
#include "scenarios/run/units.hpp"

#include <limits>
#include <optional>
#include <vector>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

__extension__ using Wide = unsigned __int128;

// digits x 10^exponent. No trailing zeros in `digits`, so a negative exponent is really needed.
struct Decimal {
  bool negative = false;
  std::uint64_t digits = 0;
  int exponent = 0;
};

constexpr int most_digits = 19;  // so that 64 bits hold them
constexpr int most_exponent = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The exponent after "e", kept within +-1000: beyond that a value is out of range anyway.
std::optional<int> read_exponent(const std::string& text, std::size_t& i) {
  std::size_t j = i + 1;
  const bool negative = j < text.size() && text[j] == '-';
  if (j < text.size() && (text[j] == '-' || text[j] == '+')) {
    ++j;
  }
  if (j >= text.size() || !is_digit(text[j])) {
    return std::nullopt;
  }
  int value = 0;
  for (; j < text.size() && is_digit(text[j]); ++j) {
    value = value > 1000 ? value : value * 10 + (text[j] - '0');
  }
  i = j;
  return negative ? -value : value;
}

enum class Number : std::uint8_t { none, good, too_long };

// Reads the number at the start of `text` and sets `end` to what follows it.
Number read_decimal(const std::string& text, Decimal& out, std::size_t& end) {
  std::size_t i = 0;
  out.negative = !text.empty() && text[0] == '-';
  i += out.negative ? 1 : 0;
  if (i >= text.size() || !is_digit(text[i])) {
    return Number::none;
  }
  bool point = false;
  int kept = 0;
  int zeros = 0;     // trailing zeros not yet put into digits
  int decimals = 0;  // digits after the point, among those kept and the trailing zeros
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point && i + 1 < text.size() && is_digit(text[i + 1])) {
      point = true;
      continue;
    }
    if (!is_digit(text[i])) {
      break;
    }
    decimals += point ? 1 : 0;
    if (text[i] == '0') {
      zeros += 1;
      continue;
    }
    kept = out.digits == 0 ? 1 : kept + zeros + 1;
    if (kept > most_digits) {
      return Number::too_long;
    }
    for (; zeros > 0 && out.digits != 0; --zeros) {
      out.digits *= 10;
    }
    zeros = 0;
    out.digits = out.digits * 10 + static_cast<unsigned>(text[i] - '0');
  }
  out.exponent = zeros - decimals;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    out.exponent += read_exponent(text, i).value_or(0);
  }
  end = i;
  return Number::good;
}

Wide power_of_ten(int n) {
  Wide out = 1;
  for (; n > 0; --n) {
    out *= 10;
  }
  return out;
}

enum class Fit : std::uint8_t { good, too_large, too_fine };

// number x scale / divisor. `rounds`: to the nearest whole, instead of too_fine.
Fit scaled(const Decimal& number, std::int64_t scale, std::int64_t divisor, bool rounds,
           std::int64_t& out) {
  out = 0;
  if (number.digits == 0) {
    return Fit::good;
  }
  if (number.exponent > most_exponent) {
    return Fit::too_large;
  }
  if (number.exponent < -most_exponent) {
    return rounds ? Fit::good : Fit::too_fine;
  }
  constexpr auto limit = static_cast<Wide>(std::numeric_limits<std::int64_t>::max());
  Wide value = static_cast<Wide>(number.digits) * static_cast<Wide>(scale);
  // Divide step by step, so that nothing overflows; what is cut off is remembered.
  for (int e = number.exponent; e > 0; --e) {
    if (value > limit * 1'000'000'000) {
      return Fit::too_large;
    }
    value *= 10;
  }
  Wide under = static_cast<Wide>(divisor);
  if (number.exponent < 0) {
    const int down = -number.exponent;
    if (down > 27) {
      return rounds ? Fit::good : Fit::too_fine;
    }
    under *= power_of_ten(down);
  }
  if (rounds) {
    value += under / 2;
  } else if (value % under != 0) {
    return Fit::too_fine;
  }
  value /= under;
  if (value > limit) {
    return Fit::too_large;
  }
  out = static_cast<std::int64_t>(value);
  out = number.negative ? -out : out;
  return Fit::good;
}

Measure failed(std::string error) {
  return {0, std::move(error)};
}

const char* base_unit(Dimension dimension) {
  return dimension == Dimension::fraction ? "parts per billion" : units_of(dimension)[0].name;
}

std::string names_of(std::span<const Unit> units, bool with_cycles) {
  std::vector<std::string> names;
  for (const Unit& unit : units) {
    names.emplace_back(unit.name);
  }
  if (with_cycles) {
    names.emplace_back("cycles");
  }
  return listed(names);
}

Measure measured(const std::string& text, const Decimal& number, std::int64_t scale,
                 std::int64_t divisor, bool rounds, const char* base) {
  Measure out;
  switch (scaled(number, scale, divisor, rounds, out.value)) {
    case Fit::good:
      return out;
    case Fit::too_large:
      return failed(in_quotes(text) + " is too large to be counted");
    case Fit::too_fine:
      break;
  }
  return failed(in_quotes(text) + " is not a whole number of " + base);
}

Measure parse_with_units(Dimension dimension, const std::string& text, std::int64_t khz) {
  const auto units = units_of(dimension);
  Decimal number;
  std::size_t end = 0;
  const Number read = read_decimal(text, number, end);
  if (read == Number::too_long) {
    return failed(in_quotes(text) + " has more than " + std::to_string(most_digits) + " digits");
  }
  if (read == Number::none) {
    return failed("expected " + example_of(dimension) + ", found " + in_quotes(text));
  }
  while (end < text.size() && text[end] == ' ') {
    ++end;
  }
  const std::string unit = text.substr(end);
  if (khz != 0 && (unit == "cycles" || unit == "cycle")) {
    return measured(text, number, 1'000'000'000, khz, true, base_unit(dimension));
  }
  for (const Unit& known : units) {
    if (unit == known.name) {
      return measured(text, number, known.scale, 1, false, base_unit(dimension));
    }
  }
  if (unit.empty() && dimension == Dimension::fraction) {
    return measured(text, number, 1'000'000'000, 1, false, base_unit(dimension));
  }
  const std::string what =
      unit.empty() ? " has no unit" : " has the unknown unit " + in_quotes(unit);
  return failed(in_quotes(text) + what + ": expected " + names_of(units, khz != 0));
}

// value / scale as an exact decimal; `scale` is a power of ten.
std::string decimal_text(std::int64_t value, std::int64_t scale) {
  const bool negative = value < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const auto whole_part = static_cast<std::uint64_t>(scale);
  std::string out = (negative ? "-" : "") + std::to_string(size / whole_part);
  const std::uint64_t rest = size % whole_part;
  if (rest == 0) {
    return out;
  }
  // A leading 1 keeps the zeros after the point.
  std::string decimals = std::to_string(rest + whole_part).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return out + "." + decimals;
}

}  // namespace

std::span<const Unit> units_of(Dimension dimension) {
  static constexpr Unit durations[] = {{"ps", 1},
                                       {"ns", 1'000},
                                       {"us", 1'000'000},
                                       {"ms", 1'000'000'000},
                                       {"s", 1'000'000'000'000}};
  static constexpr Unit sizes[] = {{"B", 1},          {"kB", 1'000},    {"KiB", 1 << 10},
                                   {"MB", 1'000'000}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
  static constexpr Unit rates[] = {
      {"B/s", 1}, {"kB/s", 1'000}, {"MB/s", 1'000'000}, {"GB/s", 1'000'000'000}};
  static constexpr Unit frequencies[] = {
      {"Hz", 1}, {"kHz", 1'000}, {"MHz", 1'000'000}, {"GHz", 1'000'000'000}};
  static constexpr Unit fractions[] = {{"permille", 1'000'000}, {"%", 10'000'000}};
  switch (dimension) {
    case Dimension::duration:
      return durations;
    case Dimension::size:
      return sizes;
    case Dimension::rate:
      return rates;
    case Dimension::frequency:
      return frequencies;
    case Dimension::fraction:
      break;
  }
  return fractions;
}

Measure parse_measure(Dimension dimension, const std::string& text) {
  return parse_with_units(dimension, text, 0);
}

Measure parse_duration_or_cycles(const std::string& text, std::int64_t khz) {
  return parse_with_units(Dimension::duration, text, khz);
}

Measure parse_whole(const std::string& text) {
  const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::string digits = text.substr(sign);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
    return failed("expected a whole number, written with digits only, found " + in_quotes(text));
  }
  Decimal number;
  std::size_t end = 0;
  Measure out;
  if (read_decimal(text, number, end) != Number::good ||
      scaled(number, 1, 1, false, out.value) != Fit::good) {
    return failed(in_quotes(text) + " is too large to be counted");
  }
  return out;
}

Measure parse_thousandths(const std::string& text) {
  Decimal number;
  std::size_t end = 0;
  const Number read = read_decimal(text, number, end);
  if (read == Number::none || (read == Number::good && end != text.size())) {
    return failed("expected a number, found " + in_quotes(text));
  }
  Measure out;
  const Fit fit =
      read == Number::too_long ? Fit::too_fine : scaled(number, 1'000, 1, false, out.value);
  if (fit == Fit::good) {
    return out;
  }
  return failed(fit == Fit::too_large ? in_quotes(text) + " is too large"
                                      : in_quotes(text) + " has more than three decimals");
}

std::string canonical_text(Dimension dimension, std::int64_t value) {
  if (dimension == Dimension::fraction) {
    return decimal_text(value, 10'000'000) + " %";
  }
  const bool binary = dimension == Dimension::size;
  const auto units = units_of(dimension);
  const Unit* best = &units[0];
  for (const Unit& unit : units) {
    // Sizes in the largest binary unit that divides them, all else in the largest not above them.
    const bool is_binary_unit = unit.scale % 1'024 == 0;
    const bool fits = binary ? is_binary_unit && value != 0 && value % unit.scale == 0
                             : value >= unit.scale || value <= -unit.scale;
    if (fits) {
      best = &unit;
    }
  }
  return (binary ? std::to_string(value / best->scale) : decimal_text(value, best->scale)) + " " +
         best->name;
}

std::string decimal_of_thousandths(std::int64_t value) {
  return decimal_text(value, 1'000);
}

std::string example_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::duration:
      return "a duration such as \"100 us\"";
    case Dimension::size:
      return "a size such as \"64 KiB\"";
    case Dimension::rate:
      return "a rate such as \"57.9 GB/s\"";
    case Dimension::frequency:
      return "a frequency such as \"2.3 GHz\"";
    case Dimension::fraction:
      break;
  }
  return "a fraction such as \"0.1 %\", \"20 permille\" or 0.001";
}

}  // namespace hvsim
