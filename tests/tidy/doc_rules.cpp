// Reading Markdown only as far as the checks need: fences, headings, links and paths.
#include "tests/tidy/doc_rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <regex>

namespace hvsim::tidy {
namespace {

// The lines with the insides of code fences emptied, so that a comment in shell is no heading.
std::vector<std::string> prose_of(const File& file) {
  std::vector<std::string> lines = lines_of(file.text);
  bool fenced = false;
  for (std::string& line : lines) {
    const bool fence = line.starts_with("```");
    if (fence || fenced) {
      line.clear();
    }
    fenced = fenced != fence;
  }
  return lines;
}

bool exists(const std::string& path, const std::vector<File>& all) {
  return std::any_of(all.begin(), all.end(),
                     [&](const File& file) { return file.path == path || file.in(path); });
}

// The name that a heading gets in a link: "The tree" is "the-tree".
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

bool has_heading(const std::string& path, const std::string& anchor,
                 const std::vector<File>& all) {
  static const std::regex heading("^#+ (.*)$");
  const auto file =
      std::find_if(all.begin(), all.end(), [&](const File& other) { return other.path == path; });
  if (file == all.end()) {
    return false;
  }
  const std::vector<std::string> lines = prose_of(*file);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    std::smatch match;
    return std::regex_match(line, match, heading) && anchor_of(match[1]) == anchor;
  });
}

std::optional<std::string> broken_link(const File& file, const std::string& target,
                                       const std::vector<File>& all) {
  if (target.find("://") != std::string::npos || target.starts_with("mailto:")) {
    return std::nullopt;
  }
  const std::size_t hash = target.find('#');
  const std::string name = target.substr(0, hash);
  const std::string path =
      name.empty() ? file.path
                   : (std::filesystem::path(file.folder()) / name).lexically_normal().string();
  if (!exists(path, all)) {
    return "the link leads nowhere: " + target;
  }
  if (hash != std::string::npos && !has_heading(path, target.substr(hash + 1), all)) {
    return "no such heading: " + target;
  }
  return std::nullopt;
}

bool is_pattern(const std::string& path) {
  static const std::regex capitals("[A-Z]{2,}");
  return std::regex_search(path, capitals) && path.find("README") == std::string::npos;
}

std::vector<std::string> all_matches(const std::string& line, const std::regex& what) {
  std::vector<std::string> matches;
  for (std::sregex_iterator at(line.begin(), line.end(), what), end; at != end; ++at) {
    matches.push_back((*at)[1]);
  }
  return matches;
}

}  // namespace

Complaints bad_titles(const File& file) {
  Complaints found;
  if (!file.ends(".md")) {
    return found;
  }
  const std::vector<std::string> lines = prose_of(file);
  if (lines.empty() || !lines[0].starts_with("# ")) {
    found.push_back(complaint(file, 1, "a document starts with its title"));
  }
  for (std::size_t n = 1; n < lines.size(); ++n) {
    if (lines[n].starts_with("# ")) {
      found.push_back(complaint(file, n + 1, "a second title"));
    }
  }
  return found;
}

Complaints dead_ends(const File& file, const std::vector<File>& all) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  static const std::regex path(
      R"((?:^|[\s`("'=])((?:sim|models|scenarios|python|tests|docs|scripts|results)/[\w./-]*\w))");
  Complaints found;
  if (!file.ends(".md")) {
    return found;
  }
  const std::vector<std::string> prose = prose_of(file);
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    for (const std::string& target : all_matches(prose[n], link)) {
      if (const auto broken = broken_link(file, target, all)) {
        found.push_back(complaint(file, n + 1, *broken));
      }
    }
    for (const std::string& target : all_matches(lines[n], path)) {
      const bool linked = exists((std::filesystem::path(file.folder()) / target).string(), all);
      if (!is_pattern(target) && !exists(target, all) && !linked) {
        found.push_back(complaint(file, n + 1, "no such file: " + target));
      }
    }
  }
  return found;
}

Complaints gone_names(const File& file, const std::vector<File>& all) {
  static const std::regex name(R"(`(([A-Z]\w*)::(\w+))\b)");
  Complaints found;
  if (!file.ends(".md")) {
    return found;
  }
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    for (std::sregex_iterator at(lines[n].begin(), lines[n].end(), name), end; at != end; ++at) {
      const std::string full = (*at)[1];
      const std::regex type("\\b(class|struct|enum class) " + (*at)[2].str() + "\\b[^;]");
      const std::regex member("\\b" + (*at)[3].str() + "\\b");
      const bool known = std::any_of(all.begin(), all.end(), [&](const File& source) {
        return source.ends(".hpp") && std::regex_search(source.text, type) &&
               std::regex_search(source.text, member);
      });
      if (!known && std::none_of(all.begin(), all.end(), [&](const File& source) {
            return source.ends(".cpp") && source.text.find(full + "(") != std::string::npos;
          })) {
        found.push_back(complaint(file, n + 1, "no source has " + full));
      }
    }
  }
  return found;
}

Complaints bad_changelog(const File& file) {
  static const std::array<std::string, 4> sections = {"### Claims", "### Models", "### Faces",
                                                      "### Internals"};
  Complaints found;
  std::size_t next = sections.size();  // the section that must come next
  bool written = true;                 // the section before has something in it
  const auto end_version = [&](std::size_t line) {
    if (next != sections.size()) {
      found.push_back(complaint(file, line, "missing section: " + sections[next]));
    }
  };
  const std::vector<std::string> lines = prose_of(file);
  bool any_version = false;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const std::string& line = lines[n];
    if (line.starts_with("#") && !written) {
      found.push_back(complaint(file, n + 1, "the section before says nothing"));
    }
    if (line.starts_with("## ")) {
      end_version(n + 1);
      any_version = true;
      next = 0;
      written = true;
    } else if (line.starts_with("### ")) {
      if (next == sections.size() || line != sections[next]) {
        found.push_back(complaint(file, n + 1, "unexpected section: " + line));
      }
      next = std::min(next + 1, sections.size());
      written = false;
    } else if (!line.empty()) {
      written = true;
    }
  }
  end_version(lines.size());
  if (!written) {
    found.push_back(complaint(file, lines.size(), "the section before says nothing"));
  }
  if (!any_version) {
    found.push_back(complaint(file, 1, "no version"));
  }
  return found;
}

std::vector<std::string> newcomers_commands(const File& readme) {
  std::vector<std::string> commands;
  const std::vector<std::string> lines = lines_of(readme.text);
  auto at = std::find(lines.begin(), lines.end(), "```sh");
  for (; at != lines.end() && ++at != lines.end() && *at != "```";) {
    const std::size_t comment = at->find(" #");
    const std::string command = at->substr(0, comment);
    const std::size_t last = command.find_last_not_of(' ');
    if (last != std::string::npos) {
      commands.push_back(command.substr(0, last + 1));
    }
  }
  return commands;
}

}  // namespace hvsim::tidy
