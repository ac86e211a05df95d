// The table of layers, and the two checks that go by it.
#include "tests/tidy/include_rules.hpp"

#include <algorithm>
#include <string_view>

namespace hvsim::tidy {
namespace {

using Names = std::vector<std::string_view>;

struct Layer {
  std::string_view folder;
  Names may_include;  // prefixes of what is in quotes
};

// The most particular folder first. What a model may know of the hardware is listed by name: the
// verbs and the data they are made of, nothing of the simulator behind them.
const std::vector<Layer>& layers() {
  static const Names model = {
      "sim/base/",          "sim/hw/cpu.hpp",      "sim/hw/shared.hpp",
      "sim/hw/memory.hpp",  "sim/hw/metrics.hpp",  "sim/hw/host.hpp",
      "sim/hw/finding.hpp", "sim/hw/pcpu_set.hpp", "sim/hw/forwarding_cpu.hpp",
      "sim/hw/paging.hpp"};
  static const auto model_and = [](const Names& more) {
    Names names = model;
    names.insert(names.end(), more.begin(), more.end());
    return names;
  };
  static const std::vector<Layer> table = {
      {"sim/base", {"sim/base/"}},
      {"sim/time", {"sim/base/", "sim/time/"}},
      {"sim/hw", {"sim/base/", "sim/time/", "sim/hw/"}},
      {"models/hypervisor", model_and({"models/hypervisor/"})},
      {"models/workload", model_and({"models/hypervisor/", "models/workload/"})},
      {"scenarios/probes",
       model_and({"sim/hw/machine.hpp", "sim/hw/machine_spec.hpp", "scenarios/probes/"})},
      {"scenarios", {"sim/", "models/", "scenarios/"}},
      {"python", {"scenarios/run/", "python/"}},
      {"tests", {"sim/", "models/", "scenarios/", "tests/"}},
  };
  return table;
}

struct Library {
  std::string_view headers;  // prefix of what is in angle brackets
  std::string_view called;
  Names homes;  // prefixes of the files that may use it
};

const std::vector<Library>& libraries() {
  static const std::vector<Library> table = {
      {"boost/context/",
       "Boost.Context",
       {"sim/time/coroutine", "sim/time/fiber_engine", "sim/time/stack_pool"}},
      {"boost/graph/", "Boost.Graph", {"sim/hw/topology", "sim/time/progress"}},
      {"simgrid/", "SimGrid", {"sim/time/s4u_engine"}},
      {"nlohmann/", "nlohmann/json", {"scenarios/run/"}},
      {"CLI/", "CLI11", {"scenarios/run/"}},
      {"fmt/", "fmt", {"scenarios/run/"}},
      {"pybind11/", "pybind11", {"python/bind/"}},
      {"gtest/", "GoogleTest", {"tests/"}},
      {"gmock/", "GoogleMock", {"tests/"}},
      {"benchmark/", "Google Benchmark", {"tests/bench/"}},
      {"sanitizer/", "the sanitizers", {"sim/time/"}},
      {"sched.h", "the choice of processors", {"sim/hw/host_machine"}},
      {"sys/mman.h", "mmap", {"sim/hw/zero_pages", "sim/time/"}},
  };
  return table;
}

bool starts_with_any(std::string_view text, const Names& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// Angle brackets without a folder and without .h are the standard library's; any other header that
// is in no library of the table is the operating system's, and only the faces and tests talk to
// it.
bool is_standard(const std::string& header) {
  return header.find('/') == std::string::npos && !header.ends_with(".h");
}

bool may_use_library(const File& file, const std::string& header) {
  for (const Library& library : libraries()) {
    if (header.starts_with(library.headers)) {
      return starts_with_any(file.path, library.homes);
    }
  }
  return file.in("scenarios/run") || file.in("tests");
}

bool may_include(const File& file, const std::string& name) {
  for (const Layer& layer : layers()) {
    if (file.in(layer.folder)) {
      return starts_with_any(name, layer.may_include);
    }
  }
  return false;
}

}  // namespace

std::vector<Include> includes_of(const File& file) {
  std::vector<Include> includes;
  if (!file.is_cpp()) {
    return includes;
  }
  const std::vector<std::string> lines = lines_of(code_of(file.text));
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const std::string& line = lines[n];
    const std::size_t open = line.find_first_of("<\"");
    if (!line.starts_with("#include") || open == std::string::npos) {
      continue;
    }
    const bool quoted = line[open] == '"';
    const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
    includes.push_back({n + 1, line.substr(open + 1, close - open - 1), quoted});
  }
  return includes;
}

Complaints forbidden_includes(const File& file) {
  Complaints found;
  for (const Include& include : includes_of(file)) {
    const bool allowed = include.quoted
                             ? may_include(file, include.name)
                             : is_standard(include.name) || may_use_library(file, include.name);
    if (!allowed) {
      found.push_back(
          complaint(file, include.line, file.folder() + " may not include " + include.name));
    }
  }
  return found;
}

Complaints dangling_includes(const File& file, const std::vector<File>& all) {
  Complaints found;
  for (const Include& include : includes_of(file)) {
    const bool exists = std::any_of(all.begin(), all.end(),
                                    [&](const File& other) { return other.path == include.name; });
    if (include.quoted && !exists) {
      found.push_back(complaint(file, include.line, "no file is called " + include.name));
    }
  }
  return found;
}

}  // namespace hvsim::tidy
