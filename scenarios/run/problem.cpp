// Problems: their text, their order, and the exception that carries them.
#include "scenarios/run/problem.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace hvsim {

std::string Problem::text() const {
  std::string out = at.file;
  if (at.line != 0) {
    out += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  out += ": " + what;
  if (!at.pointer.empty()) {
    out += " (" + at.pointer + ")";
  }
  return out;
}

BadInput::BadInput(std::vector<Problem> problems, std::size_t left_out)
    : problems_(std::move(problems)), left_out_(left_out) {
  for (const Problem& problem : problems_) {
    text_ += (text_.empty() ? "" : "\n") + problem.text();
  }
  if (left_out_ > 0) {
    text_ += "\nand " + std::to_string(left_out_) + " problems more";
  }
}

void Problems::add(const Location& at, std::string what) {
  constexpr std::size_t most = 1'000;
  if (list_.size() == most) {
    leave_out(1);
  } else {
    list_.push_back({at, std::move(what)});
  }
}

void Problems::add_all(const BadInput& other) {
  for (const Problem& problem : other.problems()) {
    add(problem.at, problem.what);
  }
  leave_out(other.left_out());
}

void Problems::throw_if_any() const {
  if (list_.empty()) {
    return;
  }
  std::vector<std::string> files;  // in the order they were met
  std::vector<std::pair<std::size_t, const Problem*>> order;
  for (const Problem& problem : list_) {
    const auto known = std::find(files.begin(), files.end(), problem.at.file);
    order.emplace_back(static_cast<std::size_t>(known - files.begin()), &problem);
    if (known == files.end()) {
      files.push_back(problem.at.file);
    }
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.first, a.second->at.line, a.second->at.column) <
           std::tuple(b.first, b.second->at.line, b.second->at.column);
  });
  std::vector<Problem> sorted;
  for (const auto& entry : order) {
    sorted.push_back(*entry.second);
  }
  throw BadInput(std::move(sorted), left_out_);
}

std::string in_quotes(const std::string& text) {
  constexpr std::size_t longest = 60;
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool starts_character = (byte & 0xC0) != 0x80;
    if (i >= longest && starts_character) {
      return out + "...\"";
    }
    if (byte < 0x20 || byte == 0x7F) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(byte));
      out += code;
    } else {
      out += text[i];
    }
  }
  return out + "\"";
}

}  // namespace hvsim
