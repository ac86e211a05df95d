// The order of reading: the file as written, its claims, the command line, what must hold of all.
#include "scenarios/run/decode.hpp"

#include <set>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/claim_reader.hpp"
#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/overrides.hpp"
#include "scenarios/run/scenario_reader.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

// Where a scenario sets a price: its axis, its value, or the scenario itself.
Location price_place(const Scenario& scenario, const std::string& price) {
  const std::string path = "prices." + price;
  for (const Axis& axis : scenario.axes) {
    if (axis.path == path) {
      return axis.at;
    }
  }
  const auto set = scenario.set_at.find(path);
  return set == scenario.set_at.end() ? scenario.where : set->second;
}

// Whether the prices still fit together wherever the scenario changes some. Only the axes that
// change a machine matter.
void check_prices(const Scenario& scenario, Problems& problems) {
  Scenario machines_only = scenario;
  bool changes_prices = false;
  machines_only.axes.clear();
  for (const Axis& axis : scenario.axes) {
    const bool is_price = axis.path.rfind("prices.", 0) == 0;
    changes_prices = changes_prices || is_price;
    if (is_price || axis.path == "machine") {
      machines_only.axes.push_back(axis);
    }
  }
  for (const auto& [path, value] : scenario.settings) {
    changes_prices = changes_prices || path.rfind("prices.", 0) == 0;
  }
  if (!changes_prices) {
    return;
  }
  std::set<std::string> said;
  for (const Point& at : points_of(machines_only)) {
    const MachineSpec machine = machine_at(machines_only, at);
    for (const Contradiction& found : contradictions(machine)) {
      if (said.insert(found.what).second) {
        const Location near = price_place(scenario, found.price);
        problems.add(near.line == scenario.where.line ? price_place(scenario, found.other) : near,
                     found.what + " on " + machine.name);
      }
    }
  }
}

}  // namespace

Scenario read_scenario_text(const std::string& text, const std::string& file,
                            const Overrides& overrides) {
  Problems problems;
  const JsonValue json = parse_json(text, file, problems);
  const Node root(json, file, problems);
  Scenario scenario = read_as_written(root);
  if (json.kind == JsonValue::Kind::object) {
    read_claims(root, scenario);
    apply(overrides, file, scenario, problems);
  }
  problems.throw_if_any();
  check_size(scenario, overrides.most_cells, problems);
  problems.throw_if_any();
  check_prices(scenario, problems);
  problems.throw_if_any();
  return scenario;
}

Scenario read_scenario_file(const std::string& path, const Overrides& overrides) {
  return read_scenario_text(read_text_file(path), path, overrides);
}

}  // namespace hvsim
