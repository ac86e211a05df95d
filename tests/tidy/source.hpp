// The project's own text, as the tidy checks see it.
//
// A check takes text and returns complaints; it never looks at the disk. So each is tested twice:
// on a planted fault, which it must find, and on the whole tree, in which it must find nothing.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hvsim::tidy {

struct File {
  std::string path;  // from the repository's root: "sim/base/time.hpp"
  std::string text;

  bool in(std::string_view folder) const;  // "sim/hw" holds "sim/hw/cpu.hpp", not "sim/hwx/a.hpp"
  std::string folder() const;              // "sim/base"; "" at the root
  bool ends(std::string_view suffix) const { return path.ends_with(suffix); }
  bool is_cpp() const { return ends(".cpp") || ends(".hpp"); }
};

// A complaint: "path:line: what". None: the check is content.
using Complaints = std::vector<std::string>;
std::string complaint(const File& file, std::size_t line, const std::string& what);

// Every file of the project, by path: the layers, tests, docs, scripts and what lies at the root.
std::vector<File> read_tree();
// The same, read once a process.
const std::vector<File>& tree();

// The lines, without their ends.
std::vector<std::string> lines_of(std::string_view text);

// C++ text with comments and the insides of literals blanked out; every line keeps its number and
// every other character its column. An #include keeps its file name.
std::string code_of(std::string_view text);

// For EXPECT_TRUE: there are no complaints; if there are, a line each.
testing::AssertionResult clean(const Complaints& complaints);

// What a check of one file has to say about the whole tree.
template <class Check>
Complaints over_the_tree(Check check) {
  Complaints all;
  for (const File& file : tree()) {
    for (std::string& one : check(file)) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace hvsim::tidy
