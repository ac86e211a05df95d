// Reading the tree, and telling code from comments and literals.
#include "tests/tidy/source.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hvsim::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array folders = {".ci",  "sim",     "models", "scenarios", "python",
                                "docs", "results", "tests",  "scripts"};

void read_file(const fs::path& root, const fs::path& path, std::vector<File>& into) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  into.push_back({fs::relative(path, root).generic_string(), text.str()});
}

bool is_generated(const fs::path& path) {
  for (const fs::path& part : path) {
    if (part == "__pycache__" || part == ".pytest_cache" || part == ".ipynb_checkpoints") {
      return true;
    }
  }
  return path.extension() == ".pyc";
}

// Where the comment or literal that starts at `at` ends; `at` itself if none starts there.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") {
    return std::min(text.find('\n', at), text.size());
  }
  if (text.substr(at, 2) == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

bool is_word(char c) {
  return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote == '"' && at > 0 && text[at - 1] == 'R') {
    const std::size_t open = text.find('(', at);
    const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
    const std::size_t end = text.find(close, at);
    return end == std::string_view::npos ? text.size() : end + close.size();
  }
  const bool digit_separator = quote == '\'' && at > 0 && is_word(text[at - 1]);
  if ((quote != '"' && quote != '\'') || digit_separator) {
    return at;
  }
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\n') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return std::min(end + 1, text.size());
}

bool in_an_include(std::string_view text, std::size_t at) {
  const std::size_t newline = text.rfind('\n', at);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  return text.substr(start).starts_with("#include");
}

}  // namespace

bool File::in(std::string_view folder) const {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

std::string File::folder() const {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string complaint(const File& file, std::size_t line, const std::string& what) {
  return file.path + ":" + std::to_string(line) + ": " + what;
}

testing::AssertionResult clean(const Complaints& complaints) {
  if (complaints.empty()) {
    return testing::AssertionSuccess();
  }
  testing::AssertionResult failure = testing::AssertionFailure();
  for (const std::string& one : complaints) {
    failure << "\n" << one;
  }
  return failure;
}

std::vector<File> read_tree() {
  const fs::path root = HVSIM_SOURCE_DIR;
  std::vector<File> files;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.is_regular_file()) {
      read_file(root, entry.path(), files);
    }
  }
  for (const char* folder : folders) {
    if (!fs::exists(root / folder)) {
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file() && !is_generated(entry.path())) {
        read_file(root, entry.path(), files);
      }
    }
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

const std::vector<File>& tree() {
  static const std::vector<File> files = read_tree();
  return files;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::string code_of(std::string_view text) {
  std::string code(text);
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = end_of_comment(text, at);
    std::size_t first = at;
    std::size_t last = end;
    if (end == at && (text[at] == '"' || text[at] == '\'')) {
      end = end_of_literal(text, at);
      first = at + 1;
      last = end == at || in_an_include(text, at) ? first : end - 1;
    }
    for (std::size_t i = first; i < last; ++i) {
      code[i] = text[i] == '\n' ? '\n' : ' ';
    }
    at = end == at ? at + 1 : end;
  }
  return code;
}

}  // namespace hvsim::tidy
