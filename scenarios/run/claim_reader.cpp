// Each claim against the axes and metrics it is about.
#include "scenarios/run/claim_reader.hpp"

#include <algorithm>

#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/keys.hpp"
#include "scenarios/run/settings.hpp"
#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

std::vector<std::string> metric_names(const WorkloadKind& kind) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : kind.metrics) {
    names.push_back(metric.name);
  }
  for (const MetricInfo& metric : common_metrics()) {
    names.push_back(metric.name);
  }
  return names;
}

class ClaimReader {
 public:
  ClaimReader(const Node& node, const Scenario& scenario, const SettingTable& table)
      : node_(node), scenario_(scenario), table_(table) {}

  Claim read() {
    Claim claim;
    claim.where = node_.at();
    if (!node_.is_object()) {
      return claim;
    }
    node_.has_keys(claim_keys());
    claim.says = text("says", "the claim in words");
    claim.source = text("source", "who says so");
    claim.metric = text("metric", "a metric");
    check_metric(claim.metric);
    read_bounds(claim);
    const std::size_t before = node_.problems().size();
    read_point("at", claim.at);
    read_point("of", claim.of);
    Point over;
    read_point("over", over);
    if (node_.find("over")) {
      claim.over = over;
    }
    if (scenario_.workload != nullptr && scenario_.axes_read &&
        node_.problems().size() == before) {
      check_rows(claim);
    }
    return claim;
  }

 private:
  std::string text(const char* key, const char* what) const {
    const auto node = node_.find(key);
    return node ? node->text(what).value_or("") : "";
  }

  void check_metric(const std::string& metric) const {
    if (scenario_.workload == nullptr || metric.empty()) {
      return;
    }
    const std::vector<std::string> names = metric_names(*scenario_.workload);
    if (std::find(names.begin(), names.end(), metric) == names.end()) {
      const std::string nearest = did_you_mean(metric, names);
      node_.find("metric")->complain(
          "no metric of " + scenario_.workload->name + " is called " + in_quotes(metric) +
          (nearest.empty() ? "; there are " + listed(names, "and") : nearest));
    }
  }

  std::optional<std::int64_t> bound(const char* key) const {
    const auto node = node_.find(key);
    if (!node) {
      return std::nullopt;
    }
    if (node->json().kind != JsonValue::Kind::number) {
      node->complain(std::string("expected a number, found ") + kind_name(node->json().kind));
      return std::nullopt;
    }
    const Measure measure = parse_thousandths(node->json().text);
    if (!measure.ok()) {
      node->complain(measure.error);
      return std::nullopt;
    }
    return measure.value;
  }

  void read_bounds(Claim& claim) const {
    if (!node_.find("at_least") && !node_.find("at_most")) {
      node_.complain("a claim has a bound: \"at_least\", \"at_most\" or both");
    }
    claim.at_least_thousandths = bound("at_least");
    claim.at_most_thousandths = bound("at_most");
    if (claim.at_least_thousandths && claim.at_most_thousandths &&
        *claim.at_least_thousandths > *claim.at_most_thousandths) {
      node_.find("at_least")->complain("at_least is above at_most");
    }
  }

  const Axis* axis_called(const std::string& word) const {
    const Setting* setting = table_.find(word);
    for (const Axis& axis : scenario_.axes) {
      if (setting != nullptr && axis.path == setting->path) {
        return &axis;
      }
    }
    return nullptr;
  }

  void read_point(const char* key, Point& point) const {
    const auto node = node_.find(key);
    if (!node || !node->is_object()) {
      return;
    }
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Axis* axis = axis_called(node->key(i));
      if (axis == nullptr) {
        if (scenario_.axes_read) {
          complain_about_axis(*node, i);
        }
        continue;
      }
      const Setting& setting = *table_.find(axis->path);
      const ReadValue read = read_value(setting.type, node->item(i).json());
      if (!read.ok()) {
        node->item(i).complain(read.error);
      } else if (scenario_.axes_read && std::find(axis->values.begin(), axis->values.end(),
                                                  read.text) == axis->values.end()) {
        node->item(i).complain("the axis " + axis->name + " has no value " + read.text +
                               "; it has " + listed(axis->values, "and"));
      } else if (!point.emplace(axis->name, read.text).second) {
        node->complain_at_key(i, "the axis " + axis->name + " is there twice");
      }
    }
  }

  void complain_about_axis(const Node& point, std::size_t i) const {
    const Setting* setting = table_.find(point.key(i));
    if (setting == nullptr && scenario_.workload == nullptr) {
      return;  // without its kind, nobody knows the workload's axes
    }
    std::vector<std::string> names;
    for (const Axis& axis : scenario_.axes) {
      names.push_back(axis.name);
    }
    const std::string nearest = did_you_mean(point.key(i), names);
    point.complain_at_key(
        i,
        in_quotes(point.key(i)) + " is no axis of this scenario" +
            (!nearest.empty() || names.empty() ? nearest : "; there are " + listed(names, "and")));
  }

  // The claim must pick exactly one row a seed, or two for a ratio.
  void check_rows(const Claim& claim) const {
    const auto of = node_.find("of");
    const auto over = node_.find("over");
    if (!of != !over) {
      node_.complain(of ? "\"of\" needs \"over\": a ratio has two rows"
                        : "\"over\" needs \"of\": a ratio has two rows");
      return;
    }
    if (of && claim.of == *claim.over) {
      over->complain("\"of\" and \"over\" pick the same row");
    }
    for (const Axis& axis : scenario_.axes) {
      const bool in_at = claim.at.count(axis.name) != 0;
      const bool in_of = claim.of.count(axis.name) != 0;
      const bool in_over = claim.over && claim.over->count(axis.name) != 0;
      const std::string several =
          "the axis " + axis.name + " has " + std::to_string(axis.values.size()) + " values: ";
      if (in_at && (in_of || in_over)) {
        node_.find("at")->complain("the axis " + axis.name + " is in \"at\" and in \"" +
                                   (in_of ? "of" : "over") + "\"");
      } else if (in_at || axis.values.size() <= 1) {
        continue;
      } else if (!in_of && !in_over) {
        node_.complain(several + "say in \"at\" which one is meant" +
                       (of ? ", or in \"of\" and \"over\"" : ""));
      } else if (!in_of || !in_over) {
        (in_of ? over : of)->complain(several + "say here too which one is meant");
      }
    }
  }

  const Node node_;
  const Scenario& scenario_;
  const SettingTable& table_;
};

}  // namespace

void read_claims(const Node& root, Scenario& scenario) {
  const auto node = root.find("claims");
  if (!node || !node->is_array()) {
    return;
  }
  const SettingTable table(scenario.workload);
  for (std::size_t i = 0; i < node->size(); ++i) {
    scenario.claims.push_back(ClaimReader(node->item(i), scenario, table).read());
  }
}

}  // namespace hvsim
