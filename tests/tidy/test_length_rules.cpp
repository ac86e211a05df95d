// The limits, tried at the limit and one past it.
#include <gtest/gtest.h>

#include "tests/tidy/length_rules.hpp"

namespace hvsim::tidy {
namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t n = 0; n < times; ++n) {
    all += text;
  }
  return all;
}

std::vector<std::size_t> lengths(const std::string& text) {
  std::vector<std::size_t> lines;
  for (const Function& function : functions_of({"sim/hw/a.cpp", text})) {
    lines.push_back(function.lines());
  }
  return lines;
}

using Lengths = std::vector<std::size_t>;

TEST(LengthRules, NoFileOfTheTreeIsTooLong) {
  EXPECT_TRUE(clean(over_the_tree(long_files)));
}

TEST(LengthRules, NoLineOfTheTreeIsTooLong) {
  EXPECT_TRUE(clean(over_the_tree(long_lines)));
}

TEST(LengthRules, NoFunctionOfTheTreeIsTooLong) {
  EXPECT_TRUE(clean(over_the_tree(long_functions)));
}

TEST(LengthRules, ThereAreFunctionsInTheTree) {
  std::size_t functions = 0;
  for (const File& file : tree()) {
    functions += file.is_cpp() ? functions_of(file).size() : 0;
  }
  EXPECT_GT(functions, 300u);
}

TEST(LengthRules, AFileMayHaveFewerThan400Lines) {
  EXPECT_EQ(long_files({"sim/hw/a.cpp", repeated("x;\n", 399)}).size(), 0u);
  EXPECT_EQ(long_files({"sim/hw/a.cpp", repeated("x;\n", 400)}).size(), 1u);
  EXPECT_EQ(long_files({"tests/cli/test_a.py", repeated("x\n", 400)}).size(), 1u);
  EXPECT_EQ(long_files({"results/a.json", repeated("1,\n", 4000)}).size(), 0u);
}

TEST(LengthRules, ALineMayHaveFewerThan100Columns) {
  EXPECT_EQ(long_lines({"sim/hw/a.cpp", repeated("x", 99) + "\n"}), Complaints{});
  EXPECT_EQ(long_lines({"sim/hw/a.cpp", "\n" + repeated("x", 100) + "\n"}),
            Complaints{"sim/hw/a.cpp:2: the line is too long"});
  EXPECT_EQ(long_lines({"sim/hw/a.cpp", repeated("\u00b5", 99) + "\n"}), Complaints{});
}

TEST(LengthRules, AFunctionMayHaveFewerThan70Lines) {
  const auto function = [](std::size_t lines) {
    return "namespace a {\nvoid f() {\n" + repeated("  g();\n", lines - 2) + "}\n}\n";
  };
  EXPECT_EQ(long_functions({"sim/hw/a.cpp", function(69)}), Complaints{});
  EXPECT_EQ(long_functions({"sim/hw/a.cpp", function(70)}),
            Complaints{"sim/hw/a.cpp:2: a function of 70 lines"});
}

TEST(LengthRules, AFunctionStartsWithItsDeclaration) {
  EXPECT_EQ(lengths("int f(int a,\n      int b) {\n  return a;\n}\n"), Lengths{4});
  EXPECT_EQ(lengths("template <class T>\nvoid f() {\n}\n"), Lengths{3});
}

TEST(LengthRules, FunctionsAreFoundInNamespacesAndTypes) {
  EXPECT_EQ(lengths("namespace a {\nnamespace {\nint f() {\n  return 1;\n}\n}\n}\n"), Lengths{3});
  EXPECT_EQ(
      lengths("class A : public B {\n int f() {\n }\n int n = 0;\n int g() const {\n\n }\n};\n"),
      (Lengths{2, 3}));
  EXPECT_EQ(lengths("template <class T>\nstruct A {\n  void f() {\n  }\n};\n"), Lengths{2});
}

TEST(LengthRules, BlocksAndLambdasBelongToTheirFunction) {
  EXPECT_EQ(lengths("void f() {\n  if (a) {\n  }\n  h([&] {\n  });\n}\n"), Lengths{6});
}

TEST(LengthRules, TablesAreNotFunctions) {
  EXPECT_EQ(lengths("const int table[] = {\n  1,\n};\nint n{0};\nenum class A { b, c };\n"),
            Lengths{});
}

TEST(LengthRules, MembersThatAreInitialisedByBracesDoNotHideTheBody) {
  EXPECT_EQ(lengths("A::A(int n)\n    : n_{n} {\n  f();\n}\n").back(), 3u);
}

TEST(LengthRules, BracesInTextDoNotCount) {
  EXPECT_EQ(lengths("void f() {\n  g(\"}\");  // }\n}\nvoid h() {\n}\n"), (Lengths{3, 2}));
}

TEST(LengthRules, AFunctionOfPythonEndsWhereItsIndentDoes) {
  const std::string body = repeated("    x()\n", 69);
  EXPECT_EQ(long_functions({"a.py", "def f():\n" + body + "\ny = 1\n"}),
            Complaints{"a.py:1: a function of 70 lines"});
  EXPECT_EQ(long_functions({"a.py", "def f():\n    x()\ny = 1\n" + repeated("z()\n", 90)}),
            Complaints{});
}

}  // namespace
}  // namespace hvsim::tidy
