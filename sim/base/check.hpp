// Assertions of the simulator itself, always on.
//
// A failed check is a defect of hvsim, not of the user's scenario and not of the algorithm under
// test (that is a finding, sim/hw/finding.hpp). It throws InternalError; the command line prints
// it and leaves with exit code 3.
#pragma once

#include <stdexcept>
#include <string>

#include "sim/base/where.hpp"

namespace hvsim {

class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void fail_check(const char* what, Where where) {
  throw InternalError(where.text() + ": check failed: " + what);
}

// Requires that `holds` is true. `what` says what was expected, in words.
inline void check(bool holds, const char* what, Where where = Where::here()) {
  if (!holds) [[unlikely]] {
    fail_check(what, where);
  }
}

}  // namespace hvsim
