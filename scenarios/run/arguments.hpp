// Arguments that several commands take, from their text. Errors: BadArgument.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run/decode.hpp"

namespace hvsim {

// From --set and --sweep, each "PATH=VALUE".
Overrides overrides_of(const std::vector<std::string>& set, const std::vector<std::string>& sweep);

// A whole number, not negative.
std::uint64_t whole_argument(const std::string& option, const std::string& text);

// --jobs; "": one a hardware thread.
unsigned jobs_of(const std::string& text);

}  // namespace hvsim
