// How a file begins, what it is called, and whether anything uses it.
#pragma once

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {

// A C++ file begins with a comment that says what it is; a .cpp whose header says it may begin
// with the include of that header. A header goes on with #pragma once. A script begins with #!.
Complaints bad_beginnings(const File& file);

// Names are snake_case, and no folder is a heap of leftovers (utils, common, misc, helpers).
Complaints bad_names(const File& file);

// A header that no file includes; a .cpp that neither CMakeLists.txt compiles; a file of
// Python that pytest does not collect and no other imports.
Complaints dead_files(const std::vector<File>& all);

}  // namespace hvsim::tidy
