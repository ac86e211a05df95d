// The schemas that are shipped are those that the readers' tables make. (That they accept what the
// readers accept is tried with a validator in tests/cli/test_schema.py.)
#include <gtest/gtest.h>

#include "scenarios/run/json_source.hpp"
#include "scenarios/run/schema.hpp"
#include "scenarios/run/settings.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

TEST(Schema, TheShippedOnesAreUpToDate) {
  for (const std::string& kind : schema_kinds()) {
    const std::string path = std::string(HVSIM_SOURCE_DIR) + "/docs/" + kind + ".schema.json";
    EXPECT_TRUE(read_text_file(path) == schema_text(kind))
        << "hvsim schema " << kind << " > docs/" << kind << ".schema.json";
  }
}

TEST(Schema, EveryParameterOfEveryWorkloadIsInIt) {
  const JsonValue root = parse_json(schema_text("scenario"), "schema");
  const JsonValue* definitions = root.find("definitions");
  ASSERT_NE(definitions, nullptr);
  for (const WorkloadKind& kind : workload_kinds()) {
    const JsonValue* properties = definitions->find(kind.name)->find("properties");
    for (const Parameter& parameter : kind.parameters) {
      const JsonValue* entry =
          properties->find("workload")->find("properties")->find(parameter.name);
      ASSERT_NE(entry, nullptr) << kind.name << " " << parameter.name;
      EXPECT_NE(entry->find("default"), nullptr) << kind.name << " " << parameter.name;
    }
    const SettingTable table(&kind);
    for (const Setting& setting : table.all()) {
      EXPECT_NE(properties->find("axes")->find("properties")->find(setting.name), nullptr)
          << kind.name << " " << setting.path;
    }
  }
}

TEST(Settings, ANameThatTwoSettingsShareIsNoShortName) {
  WorkloadKind kind;
  kind.parameters.push_back({.name = "fence", .type = Parameter::Type::flag});
  kind.parameters.push_back({.name = "queues", .least = 1, .most = 4});
  const SettingTable table(&kind);
  EXPECT_EQ(table.find("fence"), nullptr);
  EXPECT_EQ(table.find("prices.fence")->name, "prices.fence");
  EXPECT_EQ(table.find("workload.fence")->name, "workload.fence");
  EXPECT_EQ(table.find("queues")->path, "workload.queues");
  EXPECT_EQ(table.find("machine")->path, "machine");
}

TEST(Settings, EveryDefaultOfEveryWorkloadIsAValueThatItWouldAccept) {
  for (const WorkloadKind& kind : workload_kinds()) {
    const SettingTable table(&kind);
    for (const Setting& setting : table.all()) {
      if (!setting.fallback.empty()) {
        EXPECT_EQ(read_value(setting.type, setting.fallback).text, setting.fallback)
            << kind.name << " " << setting.path;
      }
    }
  }
}

}  // namespace
}  // namespace hvsim
