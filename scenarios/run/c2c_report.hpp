// Which lines and locks were fought over, in the columns of `perf c2c report` and /proc/lock_stat.
#pragma once

#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

// Of each point, its first seed. Times are in nanoseconds, rounded down.
std::string c2c_report(const Result& result);

}  // namespace hvsim
