// Everything a scenario can set, in one table: the reader, --set and --sweep, claims, the JSON
// Schema and `hvsim explain` all go by it.
//
// A setting's path is "machine", "hand_over", "lapic", "prices.l3_hit", "limits.link_bandwidth" or
// "workload.queues"; its name is the last part of that where no other setting has the same, else
// the whole path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/workload/workload.hpp"
#include "scenarios/run/value_type.hpp"
#include "sim/hw/machine_spec.hpp"

namespace hvsim {

struct Setting {
  std::string path;
  std::string name;
  ValueType type;
  std::string fallback;  // canonical text; "": the machine says, or it must be given ("machine")
  std::string meaning;
};

class SettingTable {
 public:
  // `kind` may be null, if the scenario's workload is not known: then it has no workload.*.
  explicit SettingTable(const WorkloadKind* kind);

  const std::vector<Setting>& all() const { return settings_; }
  // By path or name; null if there is none.
  const Setting* find(const std::string& path_or_name) const;
  // A suggestion for a word that find() does not know, or "".
  std::string nearest(const std::string& word) const;

 private:
  std::vector<Setting> settings_;
};

ValueType price_type();
ValueType limit_type(const LimitField& limit);
ValueType hand_over_type();
ValueType lapic_type();
ValueType parameter_type(const Parameter& parameter);

}  // namespace hvsim
