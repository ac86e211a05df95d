// "Did you mean": the nearest of the names that would have been right.
#pragma once

#include <span>
#include <string>

namespace hvsim {

// `; did you mean "queues"?`, or nothing if no name is near: at most a third of the letters (but
// one at least) inserted, left out, changed or swapped with a neighbour. The first of equals.
std::string did_you_mean(const std::string& word, std::span<const std::string> names);

// "a", "a or b", "a, b or c".
std::string listed(std::span<const std::string> names, const char* last_word = "or");

}  // namespace hvsim
