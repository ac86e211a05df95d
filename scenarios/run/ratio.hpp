// Ratios as whole thousandths, and their text: what claims are judged by and reports show.
//
// Integers of 128 bits inside, so no product overflows; what does not fit 64 bits at the end is
// the nearest number that does.
#pragma once

#include <cstdint>
#include <string>

namespace hvsim {

// part / whole in thousandths, rounded down (towards minus infinity); whole is not 0.
std::int64_t thousandths(std::int64_t part, std::int64_t whole);

// 2567 with 3, 2 and 1 digits: "2.567", "2.56", "2.5"; what is left over is cut off.
std::string thousandths_text(std::int64_t value, unsigned digits);

}  // namespace hvsim
