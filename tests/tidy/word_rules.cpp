// The table of forbidden words, and the search for loops over unordered containers.
#include "tests/tidy/word_rules.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

namespace hvsim::tidy {
namespace {

using Names = std::vector<std::string_view>;

const std::regex never("$.");

struct Ban {
  std::regex words;
  const char* why;
  Names folders;              // where it holds; "" is everywhere
  Names but_for = {};         // prefixes of files that may
  bool in_code_only = true;   // not in comments, literals and prose
  std::regex unless = never;  // ... this stands in the same line or the one before
};

const Names sources = {"sim", "models", "scenarios", "python", "tests"};
const Names simulated = {"sim", "models"};
// One of each of what is banned, to see whether the determinism gate would tell.
const Names planted = {"tests/gate/planted_faults.cpp"};

// SimGrid's clock is a double, exact in whole numbers; what it tracks it keeps in its own set.
const Names on_simgrid = {"sim/time/s4u_engine"};

const std::vector<Ban> bans = {
    // A letter in brackets keeps these two from finding themselves.
    {std::regex(R"(\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b)"),
     "do it, or leave it out",
     {""},
     {},
     false},
    {std::regex("/tm[p]/"), "a fixed temporary file clashes with another run's", {""}, {}, false},
    {std::regex(R"(\b(s?rand|random_device|mt19937(_64)?|default_random_engine)\b)"),
     "use Random (sim/base/random.hpp)", sources, planted},
    {std::regex(R"(std::(ranges::)?(shuffle|sample)\b|\b\w+_distribution\b)"),
     "differs between standard libraries: use Random", sources, planted},
    {std::regex(R"(std::(ranges::)?(sort|partial_sort|nth_element|make_heap|priority_queue)\b)"),
     "libraries order equals differently: use stable_sort, or say \"no ties\"", sources, planted,
     true,
     std::regex(R"(no ties|std::sort\([\w.]+begin\(\), [\w.]+end\(\)\)|ranges::sort\([\w.]+\))")},
    {std::regex(R"(\b(map|set)<[^,<>]*\*)"),
     "ordered by address",
     sources,
     {"sim/time/s4u_engine", "tests/gate/planted_faults.cpp"}},
    {std::regex(R"(\bhash<)"), "differs between standard libraries", simulated},
    {std::regex(R"(\b(float|double)\b)"), "whole numbers decide: only rendering divides",
     simulated, on_simgrid},
    {std::regex(R"(_clock\b|\b(clock_gettime|gettimeofday)\b|\btime\((NULL|nullptr|0)\))"),
     "nothing simulated may know the host's time",
     simulated,
     {"sim/hw/host_cpu", "sim/hw/host_machine", "sim/time/s4u_engine"}},  // real threads, SimGrid
    {std::regex("_clock::now"),
     "what reads the clock fails by chance",
     {"tests"},
     {"tests/bench/", "tests/gate/planted_faults.cpp"}},
    {std::regex(R"(\b(thread_local|errno)\b)"), "belongs to a thread, not a strand", {"models"}},
    {std::regex(R"(\bnoexcept\b)"), "a strand unwinds by exception", {"models"}},
    {std::regex(R"(\b(volatile|std::atomic|std::mutex|std::thread|asm)\b)"),
     "a model reaches memory through Cpu",
     {"models"}},
    {std::regex(R"(\bgetenv\b)"), "a run depends on its scenario alone", simulated},
    {std::regex(R"(\bassert\s*\()"), "checks are always on: use check (sim/base/check.hpp)",
     sources},
    {std::regex("using namespace"), "name what you use", sources},
    {std::regex(R"(\bstd::format\b|<(format|source_location)>)"), "g++ 12 or Clang 14 has it not",
     sources},
};

bool holds_for(const Ban& ban, const File& file) {
  const auto in_folder = [&](std::string_view folder) {
    return folder.empty() || file.in(folder);
  };
  const auto prefixes = [&](std::string_view prefix) { return file.path.starts_with(prefix); };
  return (!ban.in_code_only || file.is_cpp()) &&
         std::any_of(ban.folders.begin(), ban.folders.end(), in_folder) &&
         std::none_of(ban.but_for.begin(), ban.but_for.end(), prefixes);
}

bool is_excused(const Ban& ban, const std::vector<std::string>& lines, std::size_t n) {
  return std::regex_search(lines[n], ban.unless) ||
         (n > 0 && std::regex_search(lines[n - 1], ban.unless));
}

// The names of variables and members declared as unordered containers.
std::vector<std::string> unordered_names(const std::string& code) {
  static const std::regex declaration(R"(unordered_\w+<[^;(){}=]*>\s*&?\s*(\w+)\s*[;={(,)])");
  std::vector<std::string> names;
  for (std::sregex_iterator at(code.begin(), code.end(), declaration), end; at != end; ++at) {
    names.push_back((*at)[1]);
  }
  return names;
}

}  // namespace

Complaints forbidden_words(const File& file) {
  Complaints found;
  if (file.path == "LICENSE") {
    return found;
  }
  const std::vector<std::string> lines = lines_of(file.text);
  const std::vector<std::string> code = file.is_cpp() ? lines_of(code_of(file.text)) : lines;
  for (const Ban& ban : bans) {
    if (!holds_for(ban, file)) {
      continue;
    }
    const std::vector<std::string>& searched = ban.in_code_only ? code : lines;
    for (std::size_t n = 0; n < searched.size(); ++n) {
      std::smatch match;
      if (std::regex_search(searched[n], match, ban.words) && !is_excused(ban, lines, n)) {
        found.push_back(complaint(file, n + 1, match.str() + ": " + ban.why));
      }
    }
  }
  return found;
}

Complaints unordered_loops(const File& file, const std::vector<File>& all) {
  Complaints found;
  if (!file.is_cpp() || file.path == planted.front()) {
    return found;
  }
  const std::string code = code_of(file.text);
  std::vector<std::string> names = unordered_names(code);
  if (file.ends(".cpp")) {
    const std::string header = file.path.substr(0, file.path.size() - 4) + ".hpp";
    for (const File& other : all) {
      if (other.path == header) {
        const std::vector<std::string> more = unordered_names(code_of(other.text));
        names.insert(names.end(), more.begin(), more.end());
      }
    }
  }
  const std::vector<std::string> lines = lines_of(code);
  for (const std::string& name : names) {
    const std::regex loop("for \\(.*:.*\\b" + name + "\\)|\\b" + name + "\\.c?begin\\(");
    for (std::size_t n = 0; n < lines.size(); ++n) {
      if (std::regex_search(lines[n], loop)) {
        found.push_back(complaint(file, n + 1, name + " is unordered: look up, never walk"));
      }
    }
  }
  return found;
}

}  // namespace hvsim::tidy
