// Looking for machine files.
#include "scenarios/run/machine_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/run/machine_reader.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

namespace fs = std::filesystem;

// Where names are looked for, first to last.
std::vector<fs::path> folders(const std::string& named_in) {
  std::vector<fs::path> out;
  if (!named_in.empty()) {
    out.push_back(fs::path(named_in).parent_path() / ".." / "models" / "machines");
  }
  out.push_back(fs::path("models") / "machines");
  std::error_code unknown;
  const fs::path executable = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    // A build tree is somewhere inside the checkout.
    for (fs::path above = executable.parent_path(); above.has_relative_path();
         above = above.parent_path()) {
      out.push_back(above / "models" / "machines");
    }
  }
  return out;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

fs::path file_of(const std::string& name, const std::string& named_in) {
  if (is_machine_path(name)) {
    const fs::path beside = fs::path(named_in).parent_path() / name;
    return is_there(beside) ? beside : fs::path(name);
  }
  for (const fs::path& folder : folders(named_in)) {
    if (is_there(folder / (name + ".json"))) {
      return folder / (name + ".json");
    }
  }
  const std::vector<std::string> names = machine_names(named_in);
  const std::string there_are = names.empty() ? "; no machine was found at all: give a path"
                                              : "; there are " + listed(names, "and");
  throw BadInput(
      {{{named_in, 0, 0, ""},
        "no machine is called " + in_quotes(name) + there_are + did_you_mean(name, names)}});
}

}  // namespace

bool is_machine_path(const std::string& name) {
  return name.find('/') != std::string::npos || fs::path(name).extension() == ".json";
}

MachineSpec read_machine(const std::string& name, const std::string& named_in) {
  const fs::path path = file_of(name, named_in);
  return read_machine_text(read_text_file(path.string()), path.lexically_normal().string(),
                           path.stem().string());
}

std::vector<std::string> machine_names(const std::string& named_in) {
  std::set<std::string> names;
  for (const fs::path& folder : folders(named_in)) {
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
      if (entry.path().extension() == ".json") {
        names.insert(entry.path().stem().string());
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace hvsim
