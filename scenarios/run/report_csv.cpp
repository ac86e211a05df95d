// A result for spreadsheets and data frames: one line a cell, the unit in each column's name.
#include <fmt/format.h>

#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/report.hpp"

namespace hvsim {
namespace {

// As RFC 4180 has it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string joined(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    line += (i == 0 ? "" : ",") + field(fields[i]);
  }
  return line + "\n";
}

std::vector<std::string> metric_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : scenario.workload->metrics) {
    names.push_back(metric.name);
  }
  for (const MetricInfo& metric : common_metrics()) {
    names.push_back(metric.name);
  }
  return names;
}

}  // namespace

std::string csv_report(const Result& result) {
  const Scenario& scenario = result.scenario;
  const std::vector<std::string> names = metric_names(scenario);
  std::vector<std::string> header;
  for (const Axis& axis : scenario.axes) {
    header.push_back(axis.name);
  }
  header.push_back("seed");
  header.insert(header.end(), names.begin(), names.end());
  header.push_back("digest");
  std::string text = joined(header);
  for (const Row& row : result.rows) {
    std::vector<std::string> line;
    for (const Axis& axis : scenario.axes) {
      line.push_back(row.at.at(axis.name));
    }
    line.push_back(std::to_string(row.seed));
    for (const std::string& name : names) {
      const auto value = row.metrics.find(name);
      line.push_back(value == row.metrics.end() ? "" : std::to_string(value->second));
    }
    line.push_back(fmt::format("{:016x}", row.digest));
    text += joined(line);
  }
  return text;
}

}  // namespace hvsim
