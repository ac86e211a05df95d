// An engine's clock ends before the run does; another engine may have a longer one. what() names
// the clock and says how long it is.
#pragma once

#include <stdexcept>

namespace hvsim {

class ClockEnds : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hvsim
