#include "scenarios/run/matrix_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

namespace hvsim {
namespace {

// By (larger, smaller).
using Triangle = std::map<std::pair<unsigned, unsigned>, std::int64_t>;

std::map<std::string, Triangle> triangles_of(const Row& row) {
  std::map<std::string, Triangle> out;
  for (const auto& [name, value] : row.metrics) {
    unsigned a = 0;
    unsigned b = 0;
    const std::size_t bracket = name.find('[');
    if (bracket != std::string::npos &&
        std::sscanf(name.c_str() + bracket, "[%u,%u]", &a, &b) == 2) {
      out[name.substr(0, bracket)][{std::max(a, b), std::min(a, b)}] = value;
    }
  }
  return out;
}

// Whether the metric's name ends in its unit, picoseconds.
bool is_time(const std::string& name) {
  return name.size() > 3 && name.compare(name.size() - 3, 3, "_ps") == 0;
}

std::string triangle_text(const std::string& name, const Triangle& triangle) {
  std::string text;
  unsigned line = ~0u;
  for (const auto& [pair, value] : triangle) {
    if (pair.first != line) {
      line = pair.first;
      text += fmt::format("\n{:>4}", line);
    }
    text += is_time(name) ? fmt::format(" {:>4}.{}", value / 1000, value % 1000 / 100)
                          : fmt::format(" {:>6}", value);
  }
  return text;
}

}  // namespace

std::string matrix_report(const Result& result) {
  std::string text;
  for (const Row& row : result.rows) {
    for (const auto& [name, triangle] : triangles_of(row)) {
      const std::string shown = is_time(name) ? name.substr(0, name.size() - 3) + ", ns" : name;
      text += "\n" + shown + ", seed " + std::to_string(row.seed);
      for (const auto& [axis, value] : row.at) {
        text += ", " + axis + "=" + value;
      }
      text += "; a line is the larger pCPU, a column the smaller, from 0" +
              triangle_text(name, triangle) + "\n";
    }
  }
  return text;
}

}  // namespace hvsim
