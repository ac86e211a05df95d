// From the text of an xlitmus-1 pack to litmus tests.
//
//   { "format": "xlitmus-1", "tests": [
//     { "name": "SB", "init": { "x": 0, "y": 0 },
//       "threads": [["store x 1", "load y r0"], ["store y 1", "load x r0"]],
//       "condition": ["and", ["eq", "0:r0", 0], ["eq", "1:r0", 0]], "quantifier": "exists",
//       "observed": ["0:r0", "1:r0"], "allowed": [[0, 0], [0, 1], [1, 0], [1, 1]] } ] }
//
// A test needs a name and threads, and can do without the rest. A location that `init` does not
// name starts at 0. A location is a cell of 8 bytes on a line of its own; ".b3", ".h1" or ".d0"
// behind it is its byte 3, its 16 bits number 1 or its 32 bits number 0. Without `observed` a
// final state is every register written, thread by thread, then every location, by name. Errors:
// BadInput with all problems of the text, never a part of a pack.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/litmus_test.hpp"

namespace hvsim {

// `file` is what problems call the text.
std::vector<LitmusTest> read_litmus_text(const std::string& text, const std::string& file);
std::vector<LitmusTest> read_litmus_file(const std::string& path);

}  // namespace hvsim
