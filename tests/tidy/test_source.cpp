// What every other check stands on: the files are found, and code is told from text.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {
namespace {

TEST(Source, FindsTheFilesOfEveryLayer) {
  for (const char* path : {"README.md", "CMakeLists.txt", ".ci/run", "sim/base/time.hpp",
                           "models/workload/workload.hpp", "scenarios/run/scenario.hpp",
                           "docs/design.md", "tests/tidy/test_source.cpp"}) {
    EXPECT_TRUE(std::any_of(tree().begin(), tree().end(), [&](const File& file) {
      return file.path == path;
    })) << path;
  }
}

TEST(Source, FindsNothingThatTheBuildMade) {
  for (const File& file : tree()) {
    EXPECT_FALSE(file.in("build")) << file.path;
    EXPECT_FALSE(file.ends(".pyc")) << file.path;
  }
}

TEST(Source, AFolderHoldsItsFilesAndNoNeighbours) {
  const File file{"sim/hw/cpu.hpp", ""};
  EXPECT_TRUE(file.in("sim"));
  EXPECT_TRUE(file.in("sim/hw"));
  EXPECT_FALSE(file.in("sim/h"));
  EXPECT_EQ(file.folder(), "sim/hw");
  EXPECT_EQ((File{"README.md", ""}).folder(), "");
}

TEST(Source, CodeLosesCommentsAndLiteralsButNotItsShape) {
  EXPECT_EQ(code_of("a; // b\nc;"), "a;     \nc;");
  EXPECT_EQ(code_of("a /* b\nc */ d"), "a     \n     d");
  EXPECT_EQ(code_of("f(\"x{\\\"y\", '{', z)"), "f(\"     \", ' ', z)");
  EXPECT_EQ(code_of("f(R\"(a\"b)\", c)"), "f(R\"     \", c)");
  EXPECT_EQ(code_of("1'000'000 + x"), "1'000'000 + x");
  EXPECT_EQ(code_of("\"// no comment\" + b"), "\"             \" + b");
  EXPECT_EQ(code_of("#include \"a/b.hpp\"  // c\n"), "#include \"a/b.hpp\"      \n");
}

TEST(Source, LinesAreCountedWithoutTheirEnds) {
  EXPECT_EQ(lines_of("a\n\nb\n"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(lines_of("a"), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(lines_of("").empty());
}

}  // namespace
}  // namespace hvsim::tidy
