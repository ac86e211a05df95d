// Who may include whom: sim <- models <- scenarios <- python, and within each layer what its
// folders may see. One table in include_rules.cpp; the folder an include names is the layer it
// reaches.
#pragma once

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {

// Includes that the file's folder does not allow.
Complaints forbidden_includes(const File& file);

// Includes in quotes that name no file of the tree.
Complaints dangling_includes(const File& file, const std::vector<File>& all);

// The file that each #include of a C++ file names, with its quotes or angle brackets, and its
// line.
struct Include {
  std::size_t line;
  std::string name;
  bool quoted;
};
std::vector<Include> includes_of(const File& file);

}  // namespace hvsim::tidy
