// A result on a terminal: the table, the claims, the findings.
#include <fmt/format.h>

#include "scenarios/run/c2c_report.hpp"
#include "scenarios/run/matrix_report.hpp"
#include "scenarios/run/report.hpp"
#include "scenarios/run/summary.hpp"

namespace hvsim {
namespace {

// Not asked of the terminal: the text is the same wherever it goes.
constexpr std::size_t table_width = 120;

std::string count_text(std::size_t count, const char* one, const char* more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

std::string heading(const Result& result) {
  const Scenario& scenario = result.scenario;
  const std::string machine = machine_name(scenario);
  std::string text = one_line(scenario.name) + "  (" +
                     (machine.empty() ? "" : one_line(machine) + ", ") + scenario.workload->name +
                     ", " + count_text(scenario.seeds.size(), "seed", "seeds") + ")\n";
  if (!scenario.why.empty()) {
    text += one_line(scenario.why) + "\n";
  }
  return text;
}

std::string claim_lines(const Verdict& verdict) {
  const Claim& claim = *verdict.claim;
  std::string text = fmt::format("{:<12}  {}\n", standing_text(verdict), one_line(claim.says));
  const std::string indent(14, ' ');
  text += indent + one_line(subject_text(claim)) + "\n";
  text += indent + fmt::format("measured {}, expected {}, headroom {}\n", measured_text(verdict),
                               bounds_text(claim), headroom_text(verdict));
  if (!verdict.note.empty()) {
    text += indent + one_line(verdict.note) + "\n";
  }
  if (!claim.source.empty()) {
    text += indent + "source: " + one_line(claim.source) + "\n";
  }
  return text;
}

}  // namespace

std::string table_report(const Result& result, bool c2c) {
  std::string text = heading(result) + "\n" +
                     folded_text(points_grid(result), result.scenario.axes.size(), table_width);
  if (result.rows.size() < result.cells) {
    text +=
        fmt::format("\ninterrupted: {} of {} cells were run\n", result.rows.size(), result.cells);
  }
  text += matrix_report(result);
  if (c2c) {
    text += c2c_report(result);
  }
  if (!result.verdicts.empty()) {
    text += "\nClaims\n";
  }
  for (const Verdict& verdict : result.verdicts) {
    text += claim_lines(verdict);
  }
  for (const Row& row : result.rows) {
    for (const Finding& finding : row.findings) {
      text += "\nFinding\n" + finding_text(result.scenario, row, finding);
    }
  }
  return text;
}

}  // namespace hvsim
