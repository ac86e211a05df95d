// What the catalogs hold, the documents tell: metrics, machines, locks. And what a document shows
// as a scenario, the reader takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/shadow/catalog.hpp"
#include "models/workload/workload.hpp"
#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/decode.hpp"
#include "tests/tidy/source.hpp"

namespace hvsim::tidy {
namespace {

std::string text_of(const std::string& path) {
  const auto found = std::find_if(tree().begin(), tree().end(),
                                  [&](const File& file) { return file.path == path; });
  return found == tree().end() ? "" : found->text;
}

// A section of docs/metrics.md: a heading and a table, a row a metric.
std::string section(const std::string& heading, std::span<const MetricInfo> metrics) {
  std::string text = "## " + heading + "\n| metric | unit | what it is |\n|---|---|---|\n";
  for (const MetricInfo& metric : metrics) {
    text += "| `" + metric.name + "` | " + metric.unit + " | " + metric.doc + " |\n";
  }
  return text;
}

// The headings and tables of a document, without what stands between them.
std::string tables_of(const std::string& document) {
  std::string tables;
  for (const std::string& line : lines_of(document)) {
    if (line.starts_with("## ") || line.starts_with("|")) {
      tables += line + "\n";
    }
  }
  return tables;
}

// The lines that start a section.
std::string headings_of(const std::string& document) {
  std::string headings;
  for (const std::string& line : lines_of(document)) {
    if (line.starts_with("#")) {
      headings += line + "\n";
    }
  }
  return headings;
}

// Whether a text has this name, and not only a longer one that begins with it.
bool names(const std::string& text, const std::string& name) {
  const std::regex whole("(^|[^\\w-])" + name + "($|[^\\w-])");
  return std::regex_search(text, whole);
}

TEST(CatalogDocs, TheMetricsPageHasEveryMetricAndNoOther) {
  std::string expected = section("Every run", common_metrics());
  for (const WorkloadKind& kind : workload_kinds()) {
    expected += section("`" + kind.name + "`", kind.metrics);
  }
  EXPECT_TRUE(tables_of(text_of("docs/metrics.md")) == expected)
      << "the tables of docs/metrics.md should be:\n"
      << expected;
}

TEST(CatalogDocs, EveryMachineHasASectionOfItsOwn) {
  for (const File& file : tree()) {
    if (file.in("models/machines")) {
      const std::string name = std::filesystem::path(file.path).stem().string();
      EXPECT_TRUE(names(headings_of(text_of("docs/machines.md")), name))
          << "docs/machines.md: " << name;
    }
  }
}

TEST(CatalogDocs, EveryLockIsInTheTableOfPatches) {
  for (const RwLockKind& kind : rwlock_kinds()) {
    EXPECT_TRUE(names(text_of("docs/patches.md"), kind.name)) << "docs/patches.md: " << kind.name;
  }
}

TEST(CatalogDocs, EveryLoaderOfL4sIsInTheTableOfPatches) {
  for (const L4LoaderKind& kind : l4_loader_kinds()) {
    EXPECT_TRUE(names(text_of("docs/patches.md"), kind.name)) << "docs/patches.md: " << kind.name;
  }
}

// The insides of a document's ```jsonc fences.
std::vector<std::string> scenarios_in(const std::string& document) {
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string& line : lines_of(document)) {
    if (inside && line != "```") {
      found.back() += line + "\n";
    } else if (!inside && line == "```jsonc") {
      found.emplace_back();
    }
    inside = line == "```jsonc" || (inside && line != "```");
  }
  return found;
}

TEST(CatalogDocs, TheScenarioThatADocumentShowsIsOneThatTheReaderTakes) {
  std::size_t shown = 0;
  for (const File& file : tree()) {
    if (!file.ends(".md")) {
      continue;
    }
    for (const std::string& text : scenarios_in(file.text)) {
      EXPECT_NO_THROW(read_scenario_text(text, HVSIM_SOURCE_DIR "/scenarios/shown.json"))
          << file.path << ":\n"
          << text;
      ++shown;
    }
  }
  EXPECT_GT(shown, 0u);
}

TEST(CatalogDocs, AScenarioInADocumentIsFoundByItsFence) {
  EXPECT_EQ(scenarios_in("a\n```jsonc\n{\n}\n```\nb\n```sh\nc\n```\n```jsonc\nd\n```\n"),
            (std::vector<std::string>{"{\n}\n", "d\n"}));
}

TEST(CatalogDocs, AnOtherNameThatBeginsLikeItIsNotTheName) {
  EXPECT_TRUE(names("| `percpu_rwlock` | x |", "percpu_rwlock"));
  EXPECT_FALSE(names("| `percpu_rwlock_over_word` | x |", "percpu_rwlock"));
  EXPECT_FALSE(names("toy-2s4c-b", "toy-2s4c"));
  EXPECT_EQ(headings_of("# A\nB\n## C\n"), "# A\n## C\n");
}

TEST(CatalogDocs, ATableIsReadWithoutTheProseAroundIt) {
  const MetricInfo metric{"wait_ns", "ns", "how long"};
  const std::string table = section("A", {&metric, 1});
  EXPECT_EQ(tables_of("# Title\n\nProse.\n\n" + table + "\nMore.\n"), table);
  EXPECT_NE(tables_of("# Title\n" + section("A", {})), table);
}

}  // namespace
}  // namespace hvsim::tidy
