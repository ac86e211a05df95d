#include "scenarios/run/progress.hpp"

#include <fmt/format.h>

#include "scenarios/run/output.hpp"

namespace hvsim {
namespace {

constexpr std::size_t line_width = 79;
constexpr std::chrono::milliseconds pause_between{100};

}  // namespace

std::string progress_text(std::size_t done, std::size_t cells, std::chrono::seconds spent,
                          const std::string& current, std::size_t wide) {
  std::string text = fmt::format("[{}/{}]", done, cells);
  if (done > 0) {
    const auto left = static_cast<std::size_t>(spent.count()) * (cells - done) / done;
    text += fmt::format(" {}:{:02} left,", left / 60, left % 60);
  }
  text += " " + current;
  return text.substr(0, wide);
}

Progress::Progress(const Scenario& scenario, bool shown)
    : scenario_(scenario),
      shown_(shown),
      cells_(cells_of(scenario).size()),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (shown_) {
    complain("\r\x1b[K");
  }
}

void Progress::begun(const CellPlace& cell) {
  if (shown_) {
    current_ = cell_text(scenario_, cell);
    show();
  }
}

void Progress::ended(const CellPlace& /*cell*/) {
  ++done_;
  if (shown_) {
    show();
  }
}

void Progress::show() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_shown_ < pause_between) {
    return;
  }
  last_shown_ = now;
  const auto spent = std::chrono::duration_cast<std::chrono::seconds>(now - start_);
  complain("\r\x1b[K" + progress_text(done_, cells_, spent, current_, line_width));
}

}  // namespace hvsim
