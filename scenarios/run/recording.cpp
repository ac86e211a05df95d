#include "scenarios/run/recording.hpp"

#include "scenarios/run/cells.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/history_file.hpp"
#include "scenarios/run/output.hpp"

namespace hvsim {
namespace {

std::string names_of_axes(const Scenario& scenario) {
  std::string names;
  for (const Axis& axis : scenario.axes) {
    names += (names.empty() ? "" : ", ") + axis.name;
  }
  return names;
}

// The one cell there is.
CellPlace only_cell(const std::vector<Scenario>& scenarios) {
  if (scenarios.size() != 1) {
    throw BadArgument("--history records one cell: name one scenario, not " +
                      std::to_string(scenarios.size()));
  }
  const std::vector<CellPlace> cells = cells_of(scenarios.front());
  if (cells.size() != 1) {
    const std::string axes = names_of_axes(scenarios.front());
    throw BadArgument("--history records one cell, and " + scenarios.front().name + " has " +
                      std::to_string(cells.size()) + ": choose one with --seed N" +
                      (axes.empty() ? "" : " and --set NAME=VALUE for each of " + axes));
  }
  return cells.front();
}

}  // namespace

Recording::Recording(const std::string& path, const std::vector<Scenario>& scenarios)
    : path_(path) {
  if (!path.empty()) {
    const CellPlace cell = only_cell(scenarios);
    const Scenario& scenario = scenarios.front();
    file_ = std::make_unique<HistoryFile>(path, scenario.name, cell_text(scenario, cell));
  }
}

Recording::~Recording() = default;

History* Recording::history() const {
  return file_.get();
}

void Recording::finish(const Result& result) {
  if (file_ == nullptr || result.rows.empty()) {
    return;
  }
  if (!file_->finish(result.rows.front().digest)) {
    complain("hvsim: " + path_ + " holds the first " + std::to_string(most_recorded) +
             " verbs only: the run had more\n");
  }
}

}  // namespace hvsim
