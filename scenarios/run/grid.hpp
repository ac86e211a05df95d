// Rows and columns of text, shown aligned on a terminal or as a GitHub table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hvsim {

struct Grid {
  struct Column {
    std::string title;
    bool right = false;  // numbers end where the column ends
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as `columns`
};

// `text` without line ends and other control characters: it cannot break a table or a terminal.
std::string one_line(const std::string& text);

std::string aligned_text(const Grid& grid);
// The same in tables one below the other, none wider than `wide` if its columns allow, each with
// the first `keys` columns again.
std::string folded_text(const Grid& grid, std::size_t keys, std::size_t wide);
std::string github_table(const Grid& grid);

}  // namespace hvsim
