// --set, --sweep and --seed.
#include "scenarios/run/overrides.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/scenario_reader.hpp"
#include "scenarios/run/settings.hpp"

namespace hvsim {
namespace {

// "4, 8" as "4" and "8".
std::vector<std::string> between_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (std::string& part : parts) {
    const std::size_t first = part.find_first_not_of(' ');
    const std::size_t last = part.find_last_not_of(' ');
    part = first == std::string::npos ? "" : part.substr(first, last - first + 1);
  }
  return parts;
}

class Applier {
 public:
  Applier(const std::string& file, Scenario& scenario, Problems& problems)
      : file_(file), scenario_(scenario), problems_(problems), table_(scenario.workload) {}

  void set(const std::string& path, const std::string& text) {
    begin("--set", path, text);
    if (path == "seeds") {
      set_seeds(between_commas(text));
      return;
    }
    const Setting* setting = find(path);
    if (setting == nullptr) {
      return;
    }
    const ReadValue read = read_value(setting->type, text);
    if (!read.ok()) {
      complain(read.error);
      return;
    }
    drop(*setting);
    scenario_.set_at[setting->path] = at_;
    if (setting->type.kind == ValueType::Kind::machine) {
      scenario_.machine = read.text;
      load(read.text);
    } else {
      scenario_.settings[setting->path] = read.text;
    }
  }

  void sweep(const std::string& path, const std::string& text) {
    begin("--sweep", path, text);
    if (path == "seeds") {
      complain("seeds are no axis: use --set seeds=" + text);
      return;
    }
    const Setting* setting = find(path);
    if (setting == nullptr) {
      return;
    }
    Axis axis{setting->name, setting->path, {}, at_};
    std::set<std::string> seen;
    for (const std::string& part : between_commas(text)) {
      const ReadValue read = read_value(setting->type, part);
      if (!read.ok()) {
        complain(read.error);
      } else if (!seen.insert(read.text).second) {
        complain("the value " + read.text + " is there twice");
      } else {
        axis.values.push_back(read.text);
        if (setting->type.kind == ValueType::Kind::machine) {
          load(read.text);
        }
      }
    }
    put(std::move(axis));
  }

  void seed(std::uint64_t seed) {
    begin("--seed", "", std::to_string(seed));
    if (!once("seeds")) {
      return;
    }
    scenario_.seeds = {seed};
  }

 private:
  void begin(const std::string& option, const std::string& path, const std::string& text) {
    at_ = {option + " " + path + (path.empty() ? "" : "=") + text, 0, 0, ""};
  }

  void complain(std::string what) { problems_.add(at_, std::move(what)); }

  bool once(const std::string& path) {
    const bool is_first = given_.insert(path).second;
    if (!is_first) {
      complain(path + " is given twice");
    }
    return is_first;
  }

  const Setting* find(const std::string& path) {
    const Setting* setting = table_.find(path);
    if (setting == nullptr) {
      // A workload that is not known was complained about where it is written.
      if (scenario_.workload != nullptr) {
        complain("nothing that can be set is called " + in_quotes(path) + table_.nearest(path));
      }
      return nullptr;
    }
    return once(setting->path) ? setting : nullptr;
  }

  void drop(const Setting& setting) {
    auto& axes = scenario_.axes;
    axes.erase(std::remove_if(axes.begin(), axes.end(),
                              [&](const Axis& axis) { return axis.path == setting.path; }),
               axes.end());
  }

  // In the place of the axis of that path, or as the last.
  void put(Axis axis) {
    scenario_.settings.erase(axis.path);
    scenario_.set_at.erase(axis.path);
    if (axis.path == "machine") {
      scenario_.machine.clear();
    }
    for (Axis& known : scenario_.axes) {
      if (known.path == axis.path) {
        known = std::move(axis);
        return;
      }
    }
    scenario_.axes.push_back(std::move(axis));
  }

  void load(const std::string& machine) {
    // A name is looked for beside the scenario too; a path is the command line's own.
    load_machine(scenario_, machine, is_machine_path(machine) ? "" : file_, at_, problems_);
  }

  void set_seeds(const std::vector<std::string>& texts) {
    if (!once("seeds")) {
      return;
    }
    const ValueType type{ValueType::Kind::count, 0, std::numeric_limits<std::int64_t>::max()};
    std::vector<std::uint64_t> seeds;
    for (const std::string& text : texts) {
      const ReadValue read = read_value(type, text);
      if (!read.ok()) {
        complain(read.error);
        continue;
      }
      const auto seed = static_cast<std::uint64_t>(number_of(type, read.text));
      if (std::find(seeds.begin(), seeds.end(), seed) != seeds.end()) {
        complain("the seed " + read.text + " is there twice");
      }
      seeds.push_back(seed);
    }
    scenario_.seeds = std::move(seeds);
  }

  const std::string& file_;
  Scenario& scenario_;
  Problems& problems_;
  SettingTable table_;
  Location at_;
  std::set<std::string> given_;
};

}  // namespace

void apply(const Overrides& overrides, const std::string& file, Scenario& scenario,
           Problems& problems) {
  Applier applier(file, scenario, problems);
  for (const auto& [path, text] : overrides.set) {
    applier.set(path, text);
  }
  for (const auto& [path, text] : overrides.sweep) {
    applier.sweep(path, text);
  }
  if (overrides.seed) {
    applier.seed(*overrides.seed);
  }
}

}  // namespace hvsim
