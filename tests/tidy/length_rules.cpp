// Counting lines of files and functions. C++ functions are found by their braces: a brace that
// opens inside a namespace or a type, and is not itself a namespace, a type or an initialiser, is
// a body.
#include "tests/tidy/length_rules.hpp"

#include <algorithm>
#include <regex>

namespace hvsim::tidy {
namespace {

bool is_source(const File& file) {
  return file.is_cpp() || file.ends(".py") || file.ends("CMakeLists.txt") || file.in("scripts") ||
         file.in(".ci");
}

std::size_t columns(const std::string& line) {
  // Bytes that continue a UTF-8 character take no column.
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

enum class Brace { scope, body, other };

// What the brace after `head` opens, when it stands in a namespace or a type.
Brace kind_of(const std::string& head) {
  static const std::regex scope(R"(^\s*(inline\s+)?(namespace\b|extern\s*"))");
  static const std::regex type(R"(^\s*(template\s*<.*>\s*)?(class|struct|union|enum)\b[^()=]*$)");
  static const std::regex initialiser(R"((=|\breturn)\s*$|^[^()]*$)");
  if (std::regex_search(head, scope) || std::regex_search(head, type)) {
    return Brace::scope;
  }
  // `Lock() : word_{0} {`: the first brace is an initialiser of a member, the second has no head.
  const bool after_member = std::regex_match(head, std::regex(R"([\s,]*)"));
  return std::regex_search(head, initialiser) && !after_member ? Brace::other : Brace::body;
}

// Walks the code once, with a stack of open braces.
class FunctionFinder {
 public:
  std::vector<Function> find(const std::string& code) {
    for (const char c : code) {
      step(c);
    }
    return functions_;
  }

 private:
  struct Open {
    Brace brace;
    std::size_t first_line;
  };

  void step(char c) {
    if (c == '\n') {
      ++line_;
    }
    if (c == '{') {
      open();
    } else if (c == '}') {
      close();
    } else if (c == ';') {
      head_.clear();
    } else if (!head_.empty() || std::isspace(static_cast<unsigned char>(c)) == 0) {
      if (head_.empty()) {
        head_line_ = line_;
      }
      head_ += c == '\n' ? ' ' : c;
    }
  }

  void open() {
    const bool in_scope = stack_.empty() || stack_.back().brace == Brace::scope;
    const Brace brace = in_scope ? kind_of(head_) : Brace::other;
    stack_.push_back({brace, head_.empty() ? line_ : head_line_});
    head_.clear();
  }

  void close() {
    head_.clear();
    if (stack_.empty()) {
      return;
    }
    if (stack_.back().brace == Brace::body) {
      functions_.push_back({stack_.back().first_line, line_});
    }
    stack_.pop_back();
  }

  std::size_t line_ = 1;
  std::size_t head_line_ = 1;
  std::string head_;  // since the last brace or semicolon
  std::vector<Open> stack_;
  std::vector<Function> functions_;
};

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

std::vector<Function> python_functions_of(const File& file) {
  std::vector<Function> functions;
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const std::size_t indent = indent_of(lines[n]);
    if (!lines[n].substr(indent).starts_with("def ")) {
      continue;
    }
    std::size_t last = n;
    for (std::size_t next = n + 1; next < lines.size(); ++next) {
      const std::size_t column = indent_of(lines[next]);
      if (column == lines[next].size()) {
        continue;
      }
      if (column <= indent && lines[next][column] != ')') {
        break;
      }
      last = next;
    }
    functions.push_back({n + 1, last + 1});
  }
  return functions;
}

}  // namespace

Complaints long_files(const File& file) {
  const std::size_t lines = lines_of(file.text).size();
  if (!is_source(file) || lines <= longest_file) {
    return {};
  }
  return {complaint(file, lines, "the file is longer than " + std::to_string(longest_file))};
}

Complaints long_lines(const File& file) {
  Complaints found;
  if (!is_source(file)) {
    return found;
  }
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (columns(lines[n]) > longest_line) {
      found.push_back(complaint(file, n + 1, "the line is too long"));
    }
  }
  return found;
}

std::vector<Function> functions_of(const File& file) {
  std::string code = code_of(file.text);
  // Preprocessor lines have no semicolon and would join the head of the next function.
  static const std::regex directive("(^|\n)#[^\n]*");
  code = std::regex_replace(code, directive, "$1");
  return FunctionFinder().find(code);
}

Complaints long_functions(const File& file) {
  Complaints found;
  const std::vector<Function> functions = file.is_cpp()      ? functions_of(file)
                                          : file.ends(".py") ? python_functions_of(file)
                                                             : std::vector<Function>{};
  for (const Function& function : functions) {
    if (function.lines() > longest_function) {
      found.push_back(complaint(file, function.first_line,
                                "a function of " + std::to_string(function.lines()) + " lines"));
    }
  }
  return found;
}

}  // namespace hvsim::tidy
