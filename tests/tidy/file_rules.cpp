// Beginnings, names and dead files.
#include "tests/tidy/file_rules.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <regex>
#include <set>

#include "tests/tidy/include_rules.hpp"

namespace hvsim::tidy {
namespace {

// The words of a CMake list that name sources: "sim/hw/*.cpp", "scenarios/run/main.cpp". In
// tests/CMakeLists.txt a folder named by its foreach stands for all its .cpp files.
std::vector<std::string> compiled_patterns(const std::vector<File>& all) {
  static const std::regex word(R"([\w./*]+\.cpp)");
  static const std::regex folders(R"(foreach\(folder ([^)]*)\))");
  std::vector<std::string> patterns;
  for (const File& list : all) {
    if (!list.ends("CMakeLists.txt")) {
      continue;
    }
    const std::string here = list.folder().empty() ? "" : list.folder() + "/";
    for (std::sregex_iterator at(list.text.begin(), list.text.end(), word), end; at != end; ++at) {
      patterns.push_back(here + at->str());
    }
    std::smatch loop;
    if (std::regex_search(list.text, loop, folders)) {
      static const std::regex name(R"(\w+)");
      const std::string names = loop[1];
      for (std::sregex_iterator at(names.begin(), names.end(), name), end; at != end; ++at) {
        patterns.push_back(here + at->str() + "/*.cpp");
      }
    }
  }
  return patterns;
}

bool matches_any(const std::string& path, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
  });
}

// Whether pytest runs it, or another file imports it.
bool is_live_python(const File& file, const std::vector<File>& all) {
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  if (name.starts_with("test_") || name == "conftest.py" || name == "__init__.py") {
    return true;
  }
  const std::regex import("\\b(import|from) " + name.substr(0, name.size() - 3) + "\\b");
  return std::any_of(all.begin(), all.end(), [&](const File& other) {
    return other.ends(".py") && std::regex_search(other.text, import);
  });
}

// Whether a test has the compiler include it in front of everything.
bool is_named_by_python(const File& file, const std::vector<File>& all) {
  return std::any_of(all.begin(), all.end(), [&](const File& other) {
    return other.ends(".py") && other.text.find("/" + file.path) != std::string::npos;
  });
}

}  // namespace

Complaints bad_beginnings(const File& file) {
  if (file.in("scripts") || file.in(".ci")) {
    return file.text.starts_with("#!/")
               ? Complaints{}
               : Complaints{complaint(file, 1, "a script starts with #!")};
  }
  if (!file.is_cpp()) {
    return {};
  }
  Complaints found;
  const std::string header = file.path.substr(0, file.path.size() - 4) + ".hpp";
  const bool by_header = file.ends(".cpp") && file.text.starts_with("#include \"" + header + "\"");
  if (!file.text.starts_with("// ") && !by_header) {
    found.push_back(complaint(file, 1, "a file starts by saying what it is"));
  }
  if (file.ends(".hpp") && code_of(file.text).find("#pragma once\n") == std::string::npos) {
    found.push_back(complaint(file, 1, "a header needs #pragma once"));
  }
  return found;
}

Complaints bad_names(const File& file) {
  static const std::regex snake_case(R"([a-z0-9_]+\.(cpp|hpp|py))");
  static const std::regex leftovers(R"((^|/)(utils?|common|misc|helpers?)(/|\.))");
  const std::size_t slash = file.path.rfind('/');
  const std::string name = file.path.substr(slash == std::string::npos ? 0 : slash + 1);
  Complaints found;
  if ((file.is_cpp() || file.ends(".py")) && !std::regex_match(name, snake_case)) {
    found.push_back(complaint(file, 1, "file names are snake_case"));
  }
  if (std::regex_search(file.path, leftovers)) {
    found.push_back(complaint(file, 1, "say what it holds, not that it is left over"));
  }
  return found;
}

Complaints dead_files(const std::vector<File>& all) {
  std::set<std::string> included;
  for (const File& file : all) {
    for (const Include& include : includes_of(file)) {
      const std::string header = file.path.substr(0, file.path.size() - 4) + ".hpp";
      // Its own .cpp does not keep a header alive.
      if (include.name != header) {
        included.insert(include.name);
      }
    }
  }
  const std::vector<std::string> compiled = compiled_patterns(all);
  Complaints found;
  for (const File& file : all) {
    if (file.ends(".hpp") && !included.contains(file.path) && !is_named_by_python(file, all)) {
      found.push_back(complaint(file, 1, "no other file includes this header"));
    }
    if (file.ends(".cpp") && !matches_any(file.path, compiled)) {
      found.push_back(complaint(file, 1, "no CMakeLists.txt compiles this file"));
    }
    if (file.in("tests") && file.ends(".py") && !is_live_python(file, all)) {
      found.push_back(complaint(file, 1, "pytest does not collect this file, nobody imports it"));
    }
  }
  return found;
}

}  // namespace hvsim::tidy
