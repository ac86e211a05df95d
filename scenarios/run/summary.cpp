#include "scenarios/run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/claim.hpp"
#include "scenarios/run/ratio.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

struct Spread {
  std::int64_t lowest;
  std::int64_t median;  // of two in the middle the lower
  std::int64_t highest;
};

// None if every row ended with a finding.
std::optional<Spread> spread_of(const PointRows& point, const std::string& metric) {
  std::vector<std::int64_t> values;
  for (const Row* row : point.rows) {
    const auto found = row->metrics.find(metric);
    if (found != row->metrics.end()) {
      values.push_back(found->second);
    }
  }
  if (values.empty()) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  return Spread{values.front(), values[(values.size() - 1) / 2], values.back()};
}

std::string spread_text(const std::optional<Spread>& spread) {
  if (!spread) {
    return "-";
  }
  std::string text = std::to_string(spread->median);
  if (spread->lowest != spread->highest) {
    text += fmt::format(" [{}..{}]", spread->lowest, spread->highest);
  }
  return text;
}

bool names_an_algorithm(const Scenario& scenario, const Axis& axis) {
  if (axis.path == "hand_over") {
    return true;
  }
  const std::vector<Parameter>& parameters = scenario.workload->parameters;
  return std::any_of(parameters.begin(), parameters.end(), [&axis](const Parameter& parameter) {
    return parameter.type == Parameter::Type::choice && axis.path == "workload." + parameter.name;
  });
}

// The last axis that chooses among algorithms; null if there is none.
const Axis* algorithm_axis(const Scenario& scenario) {
  const auto found =
      std::find_if(scenario.axes.rbegin(), scenario.axes.rend(),
                   [&](const Axis& axis) { return names_an_algorithm(scenario, axis); });
  return found == scenario.axes.rend() ? nullptr : &*found;
}

using Headlines = std::map<Point, std::int64_t>;  // of the first metric, the median

Headlines headlines_of(const std::vector<PointRows>& points, const std::string& metric) {
  Headlines headlines;
  for (const PointRows& point : points) {
    if (const std::optional<Spread> spread = spread_of(point, metric)) {
      headlines[point.at] = spread->median;
    }
  }
  return headlines;
}

std::string relative_text(const Headlines& headlines, const Point& at, const Axis& axis) {
  Point baseline = at;
  baseline[axis.name] = axis.values.front();
  const auto over = headlines.find(baseline);
  const auto of = headlines.find(at);
  if (of == headlines.end() || over == headlines.end() || over->second == 0) {
    return "-";
  }
  return thousandths_text(thousandths(of->second, over->second), 2) + "x";
}

// Puts the column `relative` before the one at `index`.
void insert_relative(const std::vector<PointRows>& points, const std::string& metric,
                     const Axis& axis, std::size_t index, Grid& grid) {
  const auto offset = static_cast<std::ptrdiff_t>(index);
  grid.columns.insert(grid.columns.begin() + offset, {"relative", true});
  const Headlines headlines = headlines_of(points, metric);
  for (std::size_t p = 0; p < points.size(); ++p) {
    grid.rows[p].insert(grid.rows[p].begin() + offset,
                        relative_text(headlines, points[p].at, axis));
  }
}

std::string pairs_text(const Point& point) {
  std::string text;
  for (const auto& [name, value] : point) {
    text += (text.empty() ? "" : " ") + name + "=" + value;
  }
  return text;
}

}  // namespace

std::vector<PointRows> by_point(const Result& result) {
  std::vector<PointRows> points;
  for (const Row& row : result.rows) {
    if (points.empty() || points.back().at != row.at) {
      points.push_back({row.at, {}});
    }
    points.back().rows.push_back(&row);
  }
  return points;
}

Grid points_grid(const Result& result) {
  const Scenario& scenario = result.scenario;
  const std::vector<MetricInfo>& metrics = scenario.workload->metrics;
  const std::vector<PointRows> points = by_point(result);
  const Axis* algorithm = metrics.empty() ? nullptr : algorithm_axis(scenario);
  Grid grid;
  for (const Axis& axis : scenario.axes) {
    grid.columns.push_back({axis.name, false});
  }
  for (const MetricInfo& metric : metrics) {
    grid.columns.push_back({metric.name, true});
  }
  for (const PointRows& point : points) {
    std::vector<std::string>& row = grid.rows.emplace_back();
    for (const Axis& axis : scenario.axes) {
      row.push_back(point.at.at(axis.name));
    }
    for (const MetricInfo& metric : metrics) {
      row.push_back(spread_text(spread_of(point, metric.name)));
    }
  }
  if (algorithm != nullptr) {
    insert_relative(points, metrics.front().name, *algorithm, scenario.axes.size() + 1, grid);
  }
  return grid;
}

std::string machine_name(const Scenario& scenario) {
  // Named by a path or not, a machine is called what its file is called.
  const auto found = scenario.machines.find(scenario.machine);
  return found == scenario.machines.end() ? scenario.machine : found->second.name;
}

std::string standing_text(const Verdict& verdict) {
  if (!verdict.measured) {
    return "NOT MEASURED";
  }
  return verdict.holds ? "PASS" : "FAIL";
}

std::string measured_text(const Verdict& verdict) {
  if (!verdict.measured_thousandths) {
    return "-";
  }
  std::string text = decimal_of_thousandths(*verdict.measured_thousandths);
  if (verdict.lowest_thousandths != verdict.highest_thousandths) {
    text += " [" + decimal_of_thousandths(*verdict.lowest_thousandths) + ".." +
            decimal_of_thousandths(*verdict.highest_thousandths) + "]";
  }
  return text;
}

std::string bounds_text(const Claim& claim) {
  const auto& least = claim.at_least_thousandths;
  const auto& most = claim.at_most_thousandths;
  if (least && most) {
    return decimal_of_thousandths(*least) + " to " + decimal_of_thousandths(*most);
  }
  return least  ? "at least " + decimal_of_thousandths(*least)
         : most ? "at most " + decimal_of_thousandths(*most)
                : "anything";
}

std::string headroom_text(const Verdict& verdict) {
  const std::optional<std::int64_t> room = headroom_permille(verdict);
  // A permille is a tenth of a percent: 147 permille are 14.7 %.
  return room ? thousandths_text(thousandths(*room, 10), 1) + " %" : "-";
}

std::string subject_text(const Claim& claim) {
  std::string text = claim.metric;
  if (!claim.at.empty()) {
    text += " at " + pairs_text(claim.at);
  }
  if (!claim.of.empty()) {
    text += " of " + pairs_text(claim.of);
  }
  if (claim.over) {
    text += " over " + pairs_text(*claim.over);
  }
  return text;
}

std::string finding_text(const Scenario& scenario, const Row& row, const Finding& finding) {
  std::string text =
      fmt::format("{}: {}\n  in the cell {}\n  at {} us on pCPU {}, {}\n", one_line(finding.rule),
                  one_line(finding.what), one_line(cell_text(scenario, {row.at, row.seed})),
                  fmt::format("{}.{:06}", finding.at.ps / 1'000'000, finding.at.ps % 1'000'000),
                  finding.pcpu.n, one_line(finding.place));
  for (const std::string& verb : finding.verbs) {
    text += "    " + one_line(verb) + "\n";
  }
  return text;
}

}  // namespace hvsim
