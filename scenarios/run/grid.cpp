#include "scenarios/run/grid.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

const std::string gap = "  ";  // between two columns

// Characters, not bytes: the bytes of UTF-8 that go on a character are not counted.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t wide, bool right) {
  const std::string space(wide - width(text), ' ');
  return right ? space + text : text + space;
}

std::string without_trailing_space(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : one_line(text)) {
    safe += c == '|' ? "\\|" : std::string(1, c);
  }
  return safe;
}

std::vector<std::string> titles(const Grid& grid) {
  std::vector<std::string> line;
  for (const Grid::Column& column : grid.columns) {
    line.push_back(column.title);
  }
  return line;
}

std::vector<std::size_t> widths(const Grid& grid) {
  std::vector<std::size_t> wide;
  for (const Grid::Column& column : grid.columns) {
    wide.push_back(width(one_line(column.title)));
  }
  for (const std::vector<std::string>& row : grid.rows) {
    check(row.size() == grid.columns.size(), "a row has every column");
    for (std::size_t c = 0; c < row.size(); ++c) {
      wide[c] = std::max(wide[c], width(one_line(row[c])));
    }
  }
  return wide;
}

// Some of a grid's columns, with all its rows.
Grid part(const Grid& grid, const std::vector<std::size_t>& columns) {
  Grid some;
  for (const std::size_t c : columns) {
    some.columns.push_back(grid.columns[c]);
  }
  for (const std::vector<std::string>& row : grid.rows) {
    std::vector<std::string>& line = some.rows.emplace_back();
    for (const std::size_t c : columns) {
      line.push_back(row[c]);
    }
  }
  return some;
}

}  // namespace

std::string one_line(const std::string& text) {
  std::string safe = text;
  std::replace_if(
      safe.begin(), safe.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return safe;
}

std::string aligned_text(const Grid& grid) {
  const std::vector<std::size_t> wide = widths(grid);
  std::vector<std::vector<std::string>> lines = {titles(grid)};
  lines.insert(lines.end(), grid.rows.begin(), grid.rows.end());
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    std::string shown;
    for (std::size_t c = 0; c < line.size(); ++c) {
      shown += (c == 0 ? "" : gap) + padded(one_line(line[c]), wide[c], grid.columns[c].right);
    }
    text += without_trailing_space(shown) + "\n";
  }
  return text;
}

std::string folded_text(const Grid& grid, std::size_t keys, std::size_t wide) {
  const std::vector<std::size_t> widths_of = widths(grid);
  std::size_t used_by_keys = 0;
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < keys; ++c) {
    used_by_keys += widths_of[c] + gap.size();
    columns.push_back(c);
  }
  std::string text;
  std::size_t used = used_by_keys;
  for (std::size_t c = keys; c < grid.columns.size(); ++c) {
    if (used + widths_of[c] > wide && columns.size() > keys) {
      text += aligned_text(part(grid, columns)) + "\n";
      columns.resize(keys);
      used = used_by_keys;
    }
    used += widths_of[c] + gap.size();
    columns.push_back(c);
  }
  return text + aligned_text(part(grid, columns));
}

std::string github_table(const Grid& grid) {
  std::string text = "|";
  for (const Grid::Column& column : grid.columns) {
    text += " " + escaped(column.title) + " |";
  }
  text += "\n|";
  for (const Grid::Column& column : grid.columns) {
    text += column.right ? " ---: |" : " --- |";
  }
  text += "\n";
  for (const std::vector<std::string>& row : grid.rows) {
    text += "|";
    for (const std::string& cell : row) {
      text += " " + escaped(cell) + " |";
    }
    text += "\n";
  }
  return text;
}

}  // namespace hvsim
