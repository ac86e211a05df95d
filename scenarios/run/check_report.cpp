#include "scenarios/run/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/run/grid.hpp"
#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

using probes::Checked;

const std::string not_measured = "-";

std::string duration_text(Duration length) {
  return canonical_text(Dimension::duration, length.ps);
}

std::vector<std::string> table_row(const Checked& probe) {
  if (!probe.left_out.empty()) {
    return {probe.name, probe.formula.text(), not_measured, not_measured,
            "left out: " + probe.left_out};
  }
  return {probe.name, probe.formula.text(), duration_text(probe.by_formula),
          duration_text(probe.measured), probe.agrees() ? "ok" : "OFF"};
}

std::string summary(const CheckedMachine& checked) {
  std::size_t left_out = 0;
  std::string off;
  std::size_t disagree = 0;
  for (const Checked& probe : checked.probes) {
    left_out += probe.left_out.empty() ? 0 : 1;
    if (!probe.agrees()) {
      ++disagree;
      off += fmt::format("  {}: {} by the file ({}), {} measured\n", probe.name,
                         duration_text(probe.by_formula), probe.formula.text(),
                         duration_text(probe.measured));
    }
  }
  return fmt::format("{} probes: {} agree, {} left out, {} off\n", checked.probes.size(),
                     checked.probes.size() - left_out - disagree, left_out, disagree) +
         off;
}

void write_probe(JsonWriter& json, const Checked& probe) {
  json.begin_object();
  json.member("name", probe.name);
  json.member("formula", probe.formula.text());
  json.key("fields");
  json.begin_array(true);
  for (const std::string& field : probe.formula.fields()) {
    json.value(field);
  }
  json.end_array();
  if (probe.left_out.empty()) {
    json.member("file_ps", probe.by_formula.ps);
    json.member("measured_ps", probe.measured.ps);
    json.member("agrees", probe.agrees());
  } else {
    json.member("left_out", probe.left_out);
  }
  json.end_object();
}

void write_unpriced(JsonWriter& json) {
  json.key("unpriced");
  json.begin_array();
  for (const probes::Unpriced& unpriced : probes::unpriced_fields()) {
    json.begin_object();
    json.member("field", unpriced.field);
    json.member("reason", unpriced.reason);
    json.end_object();
  }
  json.end_array();
}

// One row of the table of all machines: a probe by its name.
struct Line {
  std::string name;
  std::string formula;
  std::vector<std::string> cells;  // by machine
};

std::string cell_text(const Checked& probe) {
  if (!probe.left_out.empty()) {
    return not_measured;
  }
  const std::string measured = duration_text(probe.measured);
  return probe.agrees()
             ? measured
             : fmt::format("**{}** (file: {})", measured, duration_text(probe.by_formula));
}

// The probes of all machines; one that only a later machine has stands where that one has it.
std::vector<Line> lines_of_all(const std::vector<CheckedMachine>& machines) {
  std::vector<Line> lines;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    auto after = lines.begin();
    for (const Checked& probe : machines[m].probes) {
      auto line = std::find_if(lines.begin(), lines.end(),
                               [&](const Line& known) { return known.name == probe.name; });
      if (line == lines.end()) {
        line = lines.insert(after, {probe.name, probe.formula.text(),
                                    std::vector<std::string>(machines.size(), not_measured)});
      }
      line->cells[m] = cell_text(probe);
      after = line + 1;
    }
  }
  return lines;
}

}  // namespace

bool CheckedMachine::agrees() const {
  return std::all_of(probes.begin(), probes.end(),
                     [](const Checked& probe) { return probe.agrees(); });
}

std::string check_table(const std::vector<CheckedMachine>& machines) {
  std::string text;
  for (const CheckedMachine& checked : machines) {
    Grid grid{{{"probe"}, {"closed form"}, {"by the file", true}, {"measured", true}, {""}}, {}};
    for (const Checked& probe : checked.probes) {
      grid.rows.push_back(table_row(probe));
    }
    text += (text.empty() ? "" : "\n") + one_line(checked.machine.name) + ": " +
            one_line(checked.machine.title) + "\n\n" + aligned_text(grid) + "\n" +
            summary(checked);
  }
  return text;
}

std::string check_json(const std::vector<CheckedMachine>& machines) {
  JsonWriter json;
  json.begin_object();
  json.key("machines");
  json.begin_array();
  for (const CheckedMachine& checked : machines) {
    json.begin_object();
    json.member("machine", checked.machine.name);
    json.member("title", checked.machine.title);
    json.member("agrees", checked.agrees());
    json.key("probes");
    json.begin_array();
    for (const Checked& probe : checked.probes) {
      write_probe(json, probe);
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
  write_unpriced(json);
  json.end_object();
  return json.text();
}

std::string check_markdown(const std::vector<CheckedMachine>& machines) {
  Grid grid{{{"probe"}, {"closed form"}}, {}};
  std::string left_out;
  for (const CheckedMachine& checked : machines) {
    grid.columns.push_back({checked.machine.name, true});
    std::set<std::string> reasons;
    for (const Checked& probe : checked.probes) {
      if (!probe.left_out.empty() && reasons.insert(probe.left_out).second) {
        left_out += fmt::format("- {}: {}\n", one_line(checked.machine.name), probe.left_out);
      }
    }
  }
  for (const Line& line : lines_of_all(machines)) {
    const auto none = [](const std::string& cell) { return cell == not_measured; };
    if (std::all_of(line.cells.begin(), line.cells.end(), none)) {
      continue;
    }
    std::vector<std::string>& row = grid.rows.emplace_back();
    row = {line.name, line.formula};
    row.insert(row.end(), line.cells.begin(), line.cells.end());
  }
  return github_table(grid) + (left_out.empty() ? "" : "\nLeft out (-), and why:\n\n" + left_out);
}

}  // namespace hvsim
