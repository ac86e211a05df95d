// Words that may not stand in a file, each with the reason and the files that may have it after
// all.
//
// Most of them keep the simulator deterministic: they are what differs between two libraries, two
// compilers, two machines or two runs. One table in word_rules.cpp.
#pragma once

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {

// Words that the table forbids to this file.
Complaints forbidden_words(const File& file);

// Loops over an unordered container: a range-for or a begin() of a variable that the file, or the
// header of the same name, declares as one.
Complaints unordered_loops(const File& file, const std::vector<File>& all);

}  // namespace hvsim::tidy
