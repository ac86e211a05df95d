#include "scenarios/run/cells.hpp"

#include "scenarios/run/decode.hpp"

namespace hvsim {

std::vector<Point> points_of(const Scenario& scenario) {
  std::vector<Point> points = {Point{}};
  for (const Axis& axis : scenario.axes) {
    std::vector<Point> longer;
    longer.reserve(points.size() * axis.values.size());
    for (const Point& point : points) {
      for (const std::string& value : axis.values) {
        longer.push_back(point);
        longer.back()[axis.name] = value;
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::vector<CellPlace> cells_of(const Scenario& scenario) {
  std::vector<CellPlace> cells;
  for (const Point& point : points_of(scenario)) {
    for (const std::uint64_t seed : scenario.seeds) {
      cells.push_back({point, seed});
    }
  }
  return cells;
}

std::string point_text(const Scenario& scenario, const Point& at) {
  std::string text;
  for (const Axis& axis : scenario.axes) {
    text += (text.empty() ? "" : " ") + axis.name + "=" + at.at(axis.name);
  }
  return text;
}

std::string cell_text(const Scenario& scenario, const CellPlace& place) {
  const std::string point = point_text(scenario, place.at);
  return point + (point.empty() ? "seed=" : " seed=") + std::to_string(place.seed);
}

void check_cells(const Scenario& scenario) {
  for (const Point& point : points_of(scenario)) {
    make_cell(scenario, point, scenario.seeds.front());
  }
}

}  // namespace hvsim
