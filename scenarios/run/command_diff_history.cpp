// hvsim diff-history A B: the first verb at which two recorded runs part.
#include <fmt/format.h>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/history_diff.hpp"
#include "scenarios/run/output.hpp"

namespace hvsim {
namespace {

constexpr std::size_t verbs_before = 5;

std::string heading(char side, const RecordedHistory& history) {
  return fmt::format("{}: {}: {} {} (hvsim {}, {}{} verbs, digest {})\n", side, history.file,
                     history.scenario, history.cell, history.version,
                     history.cut ? "cut after " : "", history.verbs, history.digest);
}

}  // namespace

ExitCode diff_history_command(const std::string& a_path, const std::string& b_path) {
  const RecordedHistory a = read_history(a_path);
  const RecordedHistory b = read_history(b_path);
  std::string text = heading('A', a) + heading('B', b);
  if (a.scenario != b.scenario || a.cell != b.cell) {
    text += "these are different cells\n";
  }
  if (const std::optional<Parting> parting = first_difference(a, b)) {
    print(text + parting_text(a, b, *parting, verbs_before));
    return ExitCode::failed;
  }
  if (a.digest != b.digest) {
    print(text + "every recorded verb is the same, but the digests differ\n");
    return ExitCode::failed;
  }
  const bool cut = a.cut || b.cut;
  print(text + (cut ? "no difference in what was recorded\n" : "the same history\n"));
  return ExitCode::passed;
}

}  // namespace hvsim
