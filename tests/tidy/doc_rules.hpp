// What the documents promise: one title each, links and paths that lead somewhere, a changelog
// that says what kind of change each was, and the two commands a newcomer needs.
#pragma once

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {

// A document has one title, on its first line.
Complaints bad_titles(const File& file);

// Links to files and to headings, and paths written out in the text ("sim/hw/cpu.hpp"), that lead
// nowhere. A path with a word in capitals is a pattern ("models/machines/NAME.json").
Complaints dead_ends(const File& file, const std::vector<File>& all);

// Functions named in the text (`Coherence::take`) that no source of the tree has.
Complaints gone_names(const File& file, const std::vector<File>& all);

// Every version in the changelog has the four sections, in order, each with something in it.
Complaints bad_changelog(const File& file);

// The commands of README.md's first block of shell code.
std::vector<std::string> newcomers_commands(const File& readme);

}  // namespace hvsim::tidy
