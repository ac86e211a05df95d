#include "scenarios/run/report.hpp"

#include "scenarios/run/c2c_report.hpp"
#include "scenarios/run/result_json.hpp"
#include "scenarios/run/summary.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

std::optional<Format> format_named(const std::string& name) {
  if (name == "table") {
    return Format::table;
  }
  if (name == "json") {
    return Format::json;
  }
  if (name == "csv") {
    return Format::csv;
  }
  if (name == "md") {
    return Format::markdown;
  }
  return std::nullopt;
}

const char* extension(Format format) {
  switch (format) {
    case Format::table:
      return "txt";
    case Format::json:
      return "json";
    case Format::csv:
      return "csv";
    case Format::markdown:
      return "md";
  }
  fail_check("a known format", Where::here());
}

std::string render(const Result& result, Format format, bool c2c) {
  switch (format) {
    case Format::table:
      return table_report(result, c2c);
    case Format::json:
      return result_json(result, c2c);
    case Format::csv:
      return csv_report(result);
    case Format::markdown:
      return markdown_report(result);
  }
  fail_check("a known format", Where::here());
}

std::string faults_report(const Result& result) {
  std::string text;
  for (const Verdict& verdict : result.verdicts) {
    if (verdict.measured && !verdict.holds) {
      text += "FAIL  " + one_line(verdict.claim->says) + ": measured " + measured_text(verdict) +
              ", expected " + bounds_text(*verdict.claim) +
              (verdict.note.empty() ? "" : "; " + one_line(verdict.note)) + "\n";
    }
  }
  for (const Row& row : result.rows) {
    for (const Finding& finding : row.findings) {
      text += "finding: " + finding_text(result.scenario, row, finding);
    }
  }
  return text;
}

}  // namespace hvsim
