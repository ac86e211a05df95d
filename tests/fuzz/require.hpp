// What the fuzz targets share: an input is accepted or refused with a reason, and a promise that
// does not hold ends the process, which is how libFuzzer learns of it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scenarios/run/problem.hpp"

namespace hvsim::fuzz {

inline void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "not so: %s\n", what);
    std::abort();
  }
}

// Calls try_out(text). BadInput is a refusal, and says why; anything else thrown is a crash.
template <class Try>
void accept_or_refuse(const std::uint8_t* data, std::size_t size, Try try_out) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    try_out(text);
  } catch (const BadInput& refused) {
    require(!refused.problems().empty() && refused.what()[0] != '\0', "a reason");
  }
}

}  // namespace hvsim::fuzz
