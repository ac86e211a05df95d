// The parts of a scenario's file, by the table of keys and the table of settings.
#include "scenarios/run/scenario_reader.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "scenarios/run/keys.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

class ScenarioReader {
 public:
  explicit ScenarioReader(const Node& root) : root_(root), table_(kind_of(root)) {}

  Scenario read() {
    out_.where = root_.at();
    root_.has_keys(scenario_keys());
    out_.workload = kind_of(root_);
    read_name();
    if (const auto why = root_.find("why")) {
      out_.why = why->text("why this is asked").value_or("");
    }
    read_single("machine");
    read_single("hand_over");
    read_single("lapic");
    read_section("prices");
    read_section("limits");
    read_workload();
    const std::size_t before = root_.problems().size();
    read_axes();
    out_.axes_read = root_.problems().size() == before;
    read_seeds();
    const JsonValue* axes = root_.json().find("axes");
    if (!root_.find("machine") && (axes == nullptr || axes->find("machine") == nullptr)) {
      root_.complain("the key \"machine\" is missing: name a machine, or make it an axis");
    }
    return std::move(out_);
  }

 private:
  // The kind that the file names; null if it names none that exists.
  static const WorkloadKind* kind_of(const Node& root) {
    const JsonValue* workload = root.json().find("workload");
    const JsonValue* name = workload == nullptr ? nullptr : workload->find("kind");
    for (const WorkloadKind& kind : workload_kinds()) {
      if (name != nullptr && name->kind == JsonValue::Kind::string && name->text == kind.name) {
        return &kind;
      }
    }
    return nullptr;
  }

  bool axis_of(const std::string& path) const {
    return std::any_of(out_.axes.begin(), out_.axes.end(),
                       [&](const Axis& axis) { return axis.path == path; });
  }

  void read_name() {
    const auto node = root_.find("name");
    if (!node) {
      return;
    }
    out_.name = node->text("a name").value_or("");
    const char* const allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    constexpr std::size_t longest = 100;
    if (out_.name.find_first_not_of(allowed) != std::string::npos || out_.name.size() > longest) {
      node->complain("a name has letters, digits, \"-\", \"_\" and \".\", at most " +
                     std::to_string(longest) + ", found " + in_quotes(out_.name));
    }
  }

  // The value of a setting that is written at `node`.
  void take(const Setting& setting, const Node& node) {
    const ReadValue read = read_value(setting.type, node.json());
    if (!read.ok()) {
      node.complain(read.error);
      return;
    }
    out_.set_at[setting.path] = node.at();
    if (setting.type.kind == ValueType::Kind::machine) {
      out_.machine = read.text;
      load_machine(out_, read.text, node.file(), node.at(), node.problems());
    } else {
      out_.settings[setting.path] = read.text;
    }
  }

  void read_single(const std::string& path) {
    if (const auto node = root_.find(path)) {
      take(*table_.find(path), *node);
    }
  }

  void read_section(const std::string& section) {
    const auto node = root_.find(section);
    if (node && node->is_object()) {
      read_members(*node, section, "");
    }
  }

  // Every member of an object is a setting of that section, but for `skipped`.
  void read_members(const Node& node, const std::string& section, const std::string& skipped) {
    std::vector<std::string> names;
    for (const Setting& setting : table_.all()) {
      if (setting.path.rfind(section + ".", 0) == 0) {
        names.push_back(setting.path.substr(section.size() + 1));
      }
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (node.key(i) == skipped) {
        continue;
      }
      if (std::find(names.begin(), names.end(), node.key(i)) != names.end()) {
        take(*table_.find(section + "." + node.key(i)), node.item(i));
        continue;
      }
      const std::string nearest = did_you_mean(node.key(i), names);
      node.complain_at_key(i, "unknown key " + in_quotes(node.key(i)) +
                                  (nearest.empty() ? "; expected " + listed(names) : nearest));
    }
  }

  void read_workload() {
    const auto node = root_.find("workload");
    if (!node || !node->is_object()) {
      return;
    }
    const auto kind = node->find("kind");
    std::vector<std::string> names;
    for (const WorkloadKind& known : workload_kinds()) {
      names.push_back(known.name);
    }
    if (!kind) {
      node->complain("the key \"kind\" is missing: one of " + listed(names));
    } else if (const auto text = kind->text("a kind of workload"); text && !out_.workload) {
      kind->complain("no workload is called " + in_quotes(*text) + "; there are " +
                     listed(names, "and") + did_you_mean(*text, names));
    }
    if (out_.workload != nullptr) {
      read_members(*node, "workload", "kind");
    }
  }

  void read_axes() {
    const auto node = root_.find("axes");
    if (!node || !node->is_object()) {
      return;
    }
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Setting* setting = table_.find(node->key(i));
      if (setting != nullptr) {
        read_axis(*node, i, *setting);
      } else if (out_.workload != nullptr) {
        node->complain_at_key(i, "nothing that can be varied is called " +
                                     in_quotes(node->key(i)) + table_.nearest(node->key(i)));
      }
    }
  }

  void read_axis(const Node& axes, std::size_t i, const Setting& setting) {
    const Node values = axes.item(i);
    Axis axis{setting.name, setting.path, {}, axes.key_at(i)};
    if (axis_of(axis.path)) {
      axes.complain_at_key(i, "this axis is there twice");
    }
    const auto set = out_.set_at.find(axis.path);
    if (set != out_.set_at.end()) {
      axes.complain_at_key(i, axis.path + " is an axis here and has one value in line " +
                                  std::to_string(set->second.line));
    }
    if (!values.is_array()) {
      return;
    }
    if (values.size() == 0) {
      values.complain("an axis has at least one value");
    }
    std::set<std::string> seen;
    for (std::size_t v = 0; v < values.size(); ++v) {
      const Node value = values.item(v);
      const ReadValue read = read_value(setting.type, value.json());
      if (!read.ok()) {
        value.complain(read.error);
      } else if (!seen.insert(read.text).second) {
        value.complain("the value " + read.text + " is there twice");
      } else {
        axis.values.push_back(read.text);
        if (setting.type.kind == ValueType::Kind::machine) {
          load_machine(out_, read.text, value.file(), value.at(), value.problems());
        }
      }
    }
    out_.axes.push_back(std::move(axis));
  }

  void read_seeds() {
    const auto node = root_.find("seeds");
    if (!node || !node->is_array()) {
      return;
    }
    if (node->size() == 0) {
      node->complain("expected at least one seed");
    }
    const ValueType type{ValueType::Kind::count, 0, std::numeric_limits<std::int64_t>::max()};
    std::set<std::uint64_t> seen;
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Node item = node->item(i);
      const ReadValue read = read_value(type, item.json());
      if (!read.ok()) {
        item.complain(read.error);
        continue;
      }
      const auto seed = static_cast<std::uint64_t>(number_of(type, read.text));
      if (!seen.insert(seed).second) {
        item.complain("the seed " + read.text + " is there twice");
      }
      out_.seeds.push_back(seed);
    }
  }

  Node root_;
  SettingTable table_;
  Scenario out_;
};

}  // namespace

Scenario read_as_written(const Node& root) {
  return root.is_object() ? ScenarioReader(root).read() : Scenario{};
}

void load_machine(Scenario& scenario, const std::string& name, const std::string& named_in,
                  const Location& at, Problems& problems) {
  if (scenario.machines.count(name) != 0) {
    return;
  }
  try {
    scenario.machines.emplace(name, read_machine(name, named_in));
  } catch (const BadInput& bad) {
    for (const Problem& problem : bad.problems()) {
      const bool is_in_the_file = problem.at.line != 0;
      const bool names_a_file = !problem.at.file.empty() && problem.at.file != named_in;
      problems.add(is_in_the_file ? problem.at : at,
                   (!is_in_the_file && names_a_file ? problem.at.file + ": " : "") + problem.what);
    }
    problems.leave_out(bad.left_out());
  }
}

void check_size(const Scenario& scenario, std::uint64_t most_cells, Problems& problems) {
  std::uint64_t room = most_cells / std::max<std::size_t>(1, scenario.seeds.size());
  for (const Axis& axis : scenario.axes) {
    room /= std::max<std::size_t>(1, axis.values.size());
  }
  if (room == 0) {
    problems.add(scenario.where, "axes and seeds make more than " + std::to_string(most_cells) +
                                     " cells: raise the limit with --max-cells");
  }
}

}  // namespace hvsim
