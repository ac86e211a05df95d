// A text file as bytes that can be trusted: there, readable, not huge, UTF-8, no NUL.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/run/scenario.hpp"

namespace hvsim {

inline constexpr std::size_t most_input_bytes = 4u << 20;

// A file's whole text. Errors: BadInput; each of "no such file", "a folder", "cannot be read" and
// "too large" has its own message. A file that is too large is not read.
std::string read_text_file(const std::string& path, std::size_t most_bytes = most_input_bytes);

// Throws BadInput with the place of the first NUL byte or byte that is not UTF-8.
void check_text(const std::string& text, const std::string& file);

// Line and column (in characters, from 1) of a byte of `text`.
Location location_of(const std::string& text, const std::string& file, std::size_t offset);

}  // namespace hvsim
