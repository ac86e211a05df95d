// The documents: planted faults, and the tree.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/doc_rules.hpp"

namespace hvsim::tidy {
namespace {

const File& file_of_tree(const std::string& path) {
  const auto found = std::find_if(tree().begin(), tree().end(),
                                  [&](const File& file) { return file.path == path; });
  static const File none;
  return found == tree().end() ? none : *found;
}

TEST(DocRules, EveryDocumentOfTheTreeHasOneTitle) {
  EXPECT_TRUE(clean(over_the_tree(bad_titles)));
}

TEST(DocRules, EveryLinkAndPathOfTheTreeLeadsSomewhere) {
  EXPECT_TRUE(clean(over_the_tree([](const File& file) { return dead_ends(file, tree()); })));
}

TEST(DocRules, EveryFunctionNamedInTheTreesDocumentsExists) {
  EXPECT_TRUE(clean(over_the_tree([](const File& file) { return gone_names(file, tree()); })));
}

TEST(DocRules, TheChangelogHasItsFourSections) {
  EXPECT_TRUE(clean(bad_changelog(file_of_tree("CHANGELOG.md"))));
}

TEST(DocRules, ANewcomerNeedsTwoCommandsAndTheSecondIsWhatContinuousIntegrationRuns) {
  const std::vector<std::string> commands = newcomers_commands(file_of_tree("README.md"));
  ASSERT_EQ(commands, (std::vector<std::string>{"scripts/demo", "scripts/test"}));
  EXPECT_TRUE(file_of_tree(".ci/run").text.ends_with("\nexec " + commands[1] + "\n"));
}

TEST(DocRules, ATitleMustBeTheFirstLineAndTheOnlyOne) {
  EXPECT_EQ(bad_titles({"docs/a.md", "# A\n\n## B\n"}), Complaints{});
  EXPECT_EQ(bad_titles({"docs/a.md", "A\n"}),
            Complaints{"docs/a.md:1: a document starts with its title"});
  EXPECT_EQ(bad_titles({"docs/a.md", "# A\n\n# B\n"}), Complaints{"docs/a.md:3: a second title"});
  EXPECT_EQ(bad_titles({"docs/a.md", "# A\n```sh\n# a comment\n```\n"}), Complaints{});
}

class DeadEnds : public testing::Test {
 protected:
  std::size_t count(const std::string& line) const {
    return dead_ends({"docs/a.md", "# A title\n" + line + "\n"}, all_).size();
  }
  std::vector<File> all_ = {{"docs/a.md", "# A title\n## Of it\n"},
                            {"docs/b.md", "# B\n## The second part: more\n"},
                            {"sim/hw/cpu.hpp", ""}};
};

TEST_F(DeadEnds, ALinkMustLeadToAFile) {
  EXPECT_EQ(count("[b](b.md) and [cpu](../sim/hw/cpu.hpp) and [hw](../sim/hw)"), 0u);
  EXPECT_EQ(count("[x](https://example.org/no)"), 0u);
  EXPECT_EQ(count("[c](c.md)"), 1u);
  EXPECT_EQ(count("[b](docs/b.md)"), 1u);
}

TEST_F(DeadEnds, ALinkMayNameAHeadingThatIsThere) {
  EXPECT_EQ(count("[b](b.md#the-second-part-more)"), 0u);
  EXPECT_EQ(count("[here](#of-it)"), 0u);
  EXPECT_EQ(count("[b](b.md#the-third-part)"), 1u);
}

TEST_F(DeadEnds, APathInTheTextMustBeThere) {
  EXPECT_EQ(count("see `sim/hw/cpu.hpp`, in sim/hw."), 0u);
  EXPECT_EQ(count("see `sim/hw/gone.hpp`"), 1u);
  EXPECT_EQ(count("```\ncat sim/hw/gone.hpp\n```"), 1u);
  EXPECT_EQ(count("write `models/machines/NAME.json`"), 0u);
}

TEST(DocRules, AFunctionNamedInTheTextMustBeInASource) {
  const std::vector<File> all = {
      {"sim/a.hpp", "class A {\n  void in_header();\n};\nclass Declared;\nint other();\n"},
      {"sim/b.cpp", "void B::in_source() {}\nvoid f() { b.used(); }\n"}};
  EXPECT_EQ(gone_names({"d.md", "`A::in_header` `B::in_source()` `std::map`"}, all), Complaints{});
  EXPECT_EQ(gone_names({"d.md", "`A::gone`"}, all), Complaints{"d.md:1: no source has A::gone"});
  EXPECT_EQ(gone_names({"d.md", "`B::used`"}, all).size(), 1u);
  EXPECT_EQ(gone_names({"d.md", "`Declared::other`"}, all).size(), 1u);
}

TEST(DocRules, AVersionOfTheChangelogHasAllSectionsInOrderAndFilled) {
  const std::string good = "# C\n## 1\n### Claims\n- a\n### Models\n- a\n### Faces\n- a\n";
  EXPECT_EQ(bad_changelog({"C", good + "### Internals\n- a\n"}), Complaints{});
  EXPECT_EQ(bad_changelog({"C", good}), Complaints{"C:8: missing section: ### Internals"});
  EXPECT_EQ(bad_changelog({"C", good + "### Internals\n"}),
            Complaints{"C:9: the section before says nothing"});
  EXPECT_EQ(bad_changelog({"C", "# C\n"}), Complaints{"C:1: no version"});
  EXPECT_EQ(bad_changelog({"C", good + "### Internals\n- a\n### Claims\n- b\n"}).size(), 1u);
  EXPECT_EQ(bad_changelog({"C", "# C\n## 1\n### Models\n- a\n"}).size(), 2u);
}

TEST(DocRules, TheCommandsAreThoseOfTheFirstShellBlock) {
  EXPECT_EQ(newcomers_commands({"R", "# R\n```sh\na b   # what\n\nc\n```\n```sh\nd\n```\n"}),
            (std::vector<std::string>{"a b", "c"}));
  EXPECT_TRUE(newcomers_commands({"R", "# R\n"}).empty());
}

}  // namespace
}  // namespace hvsim::tidy
