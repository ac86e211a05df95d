// A result as GitHub Markdown, for a pull request or a job summary.
#include "scenarios/run/report.hpp"
#include "scenarios/run/summary.hpp"

namespace hvsim {
namespace {

Grid claims_grid(const Result& result) {
  Grid grid;
  grid.columns = {{"claim", false},   {"measured", true}, {"expected", false},
                  {"headroom", true}, {"source", false},  {"", false}};
  for (const Verdict& verdict : result.verdicts) {
    const Claim& claim = *verdict.claim;
    std::string standing = standing_text(verdict);
    if (!verdict.note.empty()) {
      standing += ": " + verdict.note;
    }
    grid.rows.push_back({claim.says + " (" + subject_text(claim) + ")", measured_text(verdict),
                         bounds_text(claim), headroom_text(verdict), claim.source, standing});
  }
  return grid;
}

}  // namespace

std::string markdown_report(const Result& result) {
  std::string text = "## " + one_line(result.scenario.name) + "\n\n";
  if (!result.scenario.why.empty()) {
    text += one_line(result.scenario.why) + "\n\n";
  }
  text += github_table(points_grid(result));
  if (!result.verdicts.empty()) {
    text += "\n" + github_table(claims_grid(result));
  }
  for (const Row& row : result.rows) {
    for (const Finding& finding : row.findings) {
      text += "\n```\n" + finding_text(result.scenario, row, finding) + "```\n";
    }
  }
  return text;
}

}  // namespace hvsim
