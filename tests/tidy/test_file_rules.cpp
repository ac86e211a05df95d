// Beginnings, names and dead files: planted faults, and the tree.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/file_rules.hpp"

namespace hvsim::tidy {
namespace {

TEST(FileRules, EveryFileOfTheTreeSaysWhatItIs) {
  EXPECT_TRUE(clean(over_the_tree(bad_beginnings)));
}

TEST(FileRules, EveryFileOfTheTreeIsNamedForWhatItHolds) {
  EXPECT_TRUE(clean(over_the_tree(bad_names)));
}

TEST(FileRules, NoFileOfTheTreeIsDead) {
  EXPECT_TRUE(clean(dead_files(tree())));
}

TEST(FileRules, AHeaderStartsWithACommentAndIsReadOnce) {
  EXPECT_EQ(bad_beginnings({"sim/hw/a.hpp", "// What it is.\n#pragma once\n"}), Complaints{});
  EXPECT_EQ(bad_beginnings({"sim/hw/a.hpp", "#pragma once\n"}),
            Complaints{"sim/hw/a.hpp:1: a file starts by saying what it is"});
  EXPECT_EQ(bad_beginnings({"sim/hw/a.hpp", "// What it is.\n// #pragma once\n"}),
            Complaints{"sim/hw/a.hpp:1: a header needs #pragma once"});
}

TEST(FileRules, ASourceMayLeaveTheSayingToItsOwnHeader) {
  EXPECT_EQ(bad_beginnings({"sim/hw/a.cpp", "#include \"sim/hw/a.hpp\"\n"}), Complaints{});
  EXPECT_EQ(bad_beginnings({"sim/hw/a.cpp", "#include \"sim/hw/b.hpp\"\n"}).size(), 1u);
}

TEST(FileRules, AScriptNamesItsInterpreter) {
  EXPECT_EQ(bad_beginnings({"scripts/a", "#!/bin/sh\n"}), Complaints{});
  EXPECT_EQ(bad_beginnings({"scripts/a", "echo\n"}).size(), 1u);
}

TEST(FileRules, NamesAreSnakeCaseAndNothingIsLeftOver) {
  EXPECT_EQ(bad_names({"sim/hw/line_states.cpp", ""}), Complaints{});
  EXPECT_EQ(bad_names({"sim/hw/LineStates.cpp", ""}).size(), 1u);
  EXPECT_EQ(bad_names({"sim/utils/a.cpp", ""}).size(), 1u);
  EXPECT_EQ(bad_names({"sim/hw/misc.cpp", ""}).size(), 1u);
  EXPECT_EQ(bad_names({"scenarios/run/common_metrics.cpp", ""}), Complaints{});
}

TEST(FileRules, AHeaderThatOnlyItsOwnSourceIncludesIsDead) {
  const std::vector<File> all = {
      {"CMakeLists.txt", "file(GLOB S sim/hw/*.cpp)"},
      {"sim/hw/a.cpp", "#include \"sim/hw/a.hpp\"\n#include \"sim/hw/b.hpp\"\n"},
      {"sim/hw/a.hpp", ""},
      {"sim/hw/b.hpp", ""},
  };
  EXPECT_EQ(dead_files(all), Complaints{"sim/hw/a.hpp:1: no other file includes this header"});
}

TEST(FileRules, ASourceOutsideEveryGlobIsDead) {
  const std::vector<File> all = {
      {"CMakeLists.txt", "file(GLOB S\n  sim/hw/*.cpp)\nadd_executable(a sim/a.cpp)"},
      {"sim/a.cpp", ""},
      {"sim/hw/b.cpp", ""},
      {"sim/hw/deep/c.cpp", ""},
      {"tests/CMakeLists.txt", "foreach(folder base tidy)\n"},
      {"tests/base/d.cpp", ""},
      {"tests/other/e.cpp", ""},
  };
  EXPECT_EQ(dead_files(all),
            (Complaints{"sim/hw/deep/c.cpp:1: no CMakeLists.txt compiles this file",
                        "tests/other/e.cpp:1: no CMakeLists.txt compiles this file"}));
}

TEST(FileRules, APythonFileThatNobodyRunsIsDead) {
  const std::vector<File> all = {{"tests/cli/conftest.py", ""},
                                 {"tests/cli/dead.py", ""},
                                 {"tests/cli/run.py", ""},
                                 {"tests/cli/test_a.py", "import run\n"}};
  EXPECT_EQ(
      dead_files(all),
      Complaints{"tests/cli/dead.py:1: pytest does not collect this file, nobody imports it"});
}

}  // namespace
}  // namespace hvsim::tidy
