// A result as canonical JSON: equal results, equal bytes, on any machine and for any number of
// jobs.
//
// Fixed order of keys; whole numbers; a ratio as a decimal made by integer division; no time and
// no name of the host.
#pragma once

#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

// With `c2c`, each row also has its hottest lines ("c2c") and its locks ("lock_stat").
std::string result_json(const Result& result, bool c2c);

}  // namespace hvsim
