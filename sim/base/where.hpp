// A place in our own source: which line of an algorithm issued a verb.
//
// Written as a default argument, `Where where = Where::here()` names the caller. (Clang 14 has no
// std::source_location; both compilers have the two builtins below.) The file is relative to the
// repository root: the build maps the prefix away, so a finding reads the same in any checkout.
#pragma once

#include <string>

namespace hvsim {

struct Where {
  const char* file = "";
  int line = 0;

  static constexpr Where here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
  std::string text() const { return std::string(file) + ":" + std::to_string(line); }
};

}  // namespace hvsim
