// No number of a machine file goes without a probe: by the tables that the reader goes by.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/keys.hpp"
#include "tests/probes/lab.hpp"

namespace hvsim::probes {
namespace {

// Every path that a machine file may have, as the reader knows them.
std::vector<std::string> fields_of_a_machine_file() {
  std::vector<std::string> fields;
  const auto add = [&](const std::string& folder, std::span<const Key> keys) {
    for (const Key& key : keys) {
      fields.push_back(folder + "." + key.name);
    }
  };
  const auto add_sourced = [&](const std::string& field) {
    for (const Key& key : sourced_keys()) {
      fields.push_back(field +
                       (key.name == std::string("value") ? "" : std::string(".") + key.name));
    }
  };
  for (const Key& key : machine_keys()) {
    const std::string name = key.name;
    if (name == "shape") {
      add(name, shape_keys());
    } else if (name == "caches") {
      for (const Key& part : caches_keys()) {
        part.name == std::string("source") ? add(name, {&part, 1})
                                           : add(name + "." + part.name, cache_keys());
      }
    } else if (name == "prices") {
      for (const PriceField& field : price_fields()) {
        add_sourced(name + "." + field.name);
      }
    } else if (name == "limits") {
      for (const LimitField& field : limit_fields()) {
        add_sourced(name + "." + field.name);
      }
    } else if (name == "loaded_latency") {
      for (const Key& part : loaded_latency_keys()) {
        part.name == std::string("points") ? add(name + ".points", loaded_point_keys())
                                           : add(name, {&part, 1});
      }
    } else if (name == "hand_over") {
      add(name, hand_over_keys());
    } else if (name == "lapic") {
      add(name, lapic_keys());
    } else {
      fields.push_back(name);
    }
  }
  return fields;
}

bool is_unpriced(const std::string& field) {
  for (const Unpriced& unpriced : unpriced_fields()) {
    const std::string name = unpriced.field;
    if (name == field || (name[0] == '*' && field.ends_with(name.substr(1)))) {
      return true;
    }
  }
  return false;
}

// The fields that what was measured on some machine of the laboratory rests on.
std::set<std::string> measured_fields() {
  std::set<std::string> fields;
  for (const Checked& checked : check_machine(chain(), chain())) {
    if (checked.left_out.empty()) {
      fields.insert(checked.formula.fields().begin(), checked.formula.fields().end());
    }
  }
  return fields;
}

TEST(Coverage, EveryFieldOfAMachineFileIsMeasuredOrSaysWhyNot) {
  const std::set<std::string> measured = measured_fields();
  for (const std::string& field : fields_of_a_machine_file()) {
    EXPECT_NE(measured.count(field) > 0, is_unpriced(field))
        << field << ": give it a probe in scenarios/probes, or a reason in unpriced_fields(); not "
        << "both";
  }
}

TEST(Coverage, EveryFieldThatAFormulaNamesIsInTheFile) {
  const std::vector<std::string> fields = fields_of_a_machine_file();
  for (const std::string& field : measured_fields()) {
    EXPECT_THAT(fields, testing::Contains(field));
  }
}

TEST(Coverage, NoTwoProbesHaveOneName) {
  std::set<std::string> names;
  for (const Probe& probe : all_probes(chain())) {
    EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
  }
}

TEST(Coverage, WhatIsLeftOutSaysWhy) {
  for (const Unpriced& unpriced : unpriced_fields()) {
    EXPECT_FALSE(std::string(unpriced.reason).empty()) << unpriced.field;
  }
}

}  // namespace
}  // namespace hvsim::probes
