// The table of an interleaving: a column a pCPU, time runs down.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/run/interleaving.hpp"

namespace hvsim {
namespace {

constexpr std::size_t column_gap = 2;

// To a tenth of a nanosecond.
std::string ns_of(Time at) {
  return fmt::format("{}.{}", at.ps / 1000, at.ps % 1000 / 100);
}

// Cuts text at blanks into lines of at most `wide` columns; a longer word stays whole.
std::vector<std::string> wrapped(const std::string& text, std::size_t wide) {
  std::vector<std::string> lines;
  std::string rest = text;
  while (rest.size() > wide) {
    std::size_t cut = rest.rfind(' ', wide);
    if (cut == std::string::npos || rest.find_first_not_of(' ') > cut) {
      break;
    }
    lines.push_back(rest.substr(0, cut));
    rest = "  " + rest.substr(cut + 1);
  }
  lines.push_back(rest);
  return lines;
}

// Columns: time, one a pCPU, place.
struct Layout {
  std::size_t time = 4;
  std::vector<std::size_t> columns;
  std::size_t place = 5;

  Layout(const Interleaving& told, std::size_t wide) : columns(told.pcpus.size(), 7) {
    for (const ToldStep& step : told.steps) {
      time = std::max(time, ns_of(step.at).size());
      place = std::max(place, step.place.size());
      std::size_t& column = columns[column_of(told, step.pcpu)];
      column = std::max(column, step.what.size() + (step.by_schedule ? 3 : 0));
    }
    const std::size_t fixed = time + place + column_gap * (columns.size() + 1);
    const std::size_t left = wide > fixed ? wide - fixed : 0;
    // The widest give way first.
    while (total() > left && *std::max_element(columns.begin(), columns.end()) > 16) {
      --*std::max_element(columns.begin(), columns.end());
    }
  }

  std::size_t total() const {
    std::size_t sum = 0;
    for (const std::size_t column : columns) {
      sum += column;
    }
    return sum;
  }

  static std::size_t column_of(const Interleaving& told, PcpuId pcpu) {
    return static_cast<std::size_t>(std::find(told.pcpus.begin(), told.pcpus.end(), pcpu) -
                                    told.pcpus.begin());
  }

  std::string row(const std::string& at, std::size_t column, const std::string& what,
                  const std::string& where) const {
    std::string text = fmt::format("{:>{}}", at, time);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      text += fmt::format("  {:<{}}", i == column ? what : "", columns[i]);
    }
    text += "  " + where;
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }
};

std::string heading(const Interleaving& told, const Layout& layout) {
  std::string text = fmt::format("{:>{}}", "ns", layout.time);
  for (std::size_t i = 0; i < told.pcpus.size(); ++i) {
    text += fmt::format("  {:<{}}", "pcpu " + std::to_string(told.pcpus[i].n), layout.columns[i]);
  }
  return text + "  place\n";
}

std::string words_text(const Interleaving& told) {
  std::string text;
  for (const auto& [shorter, whole] : told.words) {
    if (shorter != whole) {
      text += shorter + " is " + whole + "\n";
    }
  }
  return text;
}

}  // namespace

std::string interleaving_text(const Interleaving& told, const Finding& finding, std::size_t wide) {
  const Layout layout(told, wide);
  std::string text = heading(told, layout);
  if (told.left_out > 0) {
    text += fmt::format("... {} earlier steps\n", told.left_out);
  }
  for (const ToldStep& step : told.steps) {
    const std::size_t column = Layout::column_of(told, step.pcpu);
    std::string at = ns_of(step.at);
    std::string place = step.place;
    const std::string what = (step.by_schedule ? "## " : "") + step.what;
    for (const std::string& line : wrapped(what, layout.columns[column])) {
      text += layout.row(at, column, line, place);
      at.clear();
      place.clear();
    }
  }
  text += fmt::format("{:>{}}  ** {}: {}\n", ns_of(finding.at), layout.time, finding.rule,
                      finding.what);
  if (!finding.line) {
    for (const std::string& waits : finding.verbs) {  // who waits for whom
      text += std::string(layout.time + column_gap, ' ') + waits + "\n";
    }
  }
  return text + words_text(told);
}

}  // namespace hvsim
