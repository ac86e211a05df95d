// How long things may get: a file 400 lines, a function 70, a line 100 columns.
#pragma once

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {

inline constexpr std::size_t longest_file = 399;
inline constexpr std::size_t longest_function = 69;
inline constexpr std::size_t longest_line = 99;

// C++, Python, CMake and scripts; not data, not prose.
Complaints long_files(const File& file);
Complaints long_lines(const File& file);

// The functions of a C++ file, from the first line of the declaration to the closing brace. A
// lambda belongs to the function it stands in.
struct Function {
  std::size_t first_line;
  std::size_t last_line;
  std::size_t lines() const { return last_line - first_line + 1; }
};
std::vector<Function> functions_of(const File& file);

// Also those of Python.
Complaints long_functions(const File& file);

}  // namespace hvsim::tidy
