// Every row of the table is tried on a planted line, and on a harmless neighbour of it.
#include <gtest/gtest.h>

#include "tests/tidy/word_rules.hpp"

namespace hvsim::tidy {
namespace {

bool bans(const std::string& path, const std::string& line) {
  return !forbidden_words({path, line + "\n"}).empty();
}

TEST(WordRules, NoForbiddenWordStandsInTheTree) {
  EXPECT_TRUE(clean(over_the_tree(forbidden_words)));
}

TEST(WordRules, NothingInTheTreeWalksAnUnorderedContainer) {
  EXPECT_TRUE(
      clean(over_the_tree([](const File& file) { return unordered_loops(file, tree()); })));
}

TEST(WordRules, NotesOfUnfinishedWorkAreBannedEverywhere) {
  const std::string note = std::string("TO") + "DO";
  EXPECT_TRUE(bans("sim/hw/a.cpp", "int a;  // " + note + ": more"));
  EXPECT_TRUE(bans("docs/a.md", std::string("FIX") + "ME"));
  EXPECT_TRUE(bans("scripts/a", "# " + std::string("XX") + "X"));
  EXPECT_FALSE(bans("docs/a.md", "a" + note + "s"));
}

TEST(WordRules, FixedTemporaryFilesAreBanned) {
  EXPECT_TRUE(bans("tests/cli/test_a.py", std::string("open('/tm") + "p/a')"));
}

TEST(WordRules, AComplaintNamesPlaceWordAndReason) {
  EXPECT_EQ(forbidden_words({"sim/hw/a.cpp", "\nint a = rand();\n"}),
            Complaints{"sim/hw/a.cpp:2: rand: use Random (sim/base/random.hpp)"});
}

TEST(WordRules, ForeignRandomNumbersAreBanned) {
  for (const char* line :
       {"std::mt19937 g;", "std::random_device d;", "srand(1);",
        "std::uniform_int_distribution<int> d(0, 1);", "std::shuffle(a.begin(), a.end(), g);"}) {
    EXPECT_TRUE(bans("models/workload/a.cpp", line)) << line;
    EXPECT_TRUE(bans("tests/hw/a.cpp", line)) << line;
  }
  EXPECT_FALSE(bans("models/workload/a.cpp", "random.shuffle(items); operand();"));
}

TEST(WordRules, AnUnstableSortByAKeyMustSayThatThereAreNoTies) {
  const auto banned = [](const char* line) { return bans("scenarios/run/a.cpp", line); };
  EXPECT_TRUE(banned("std::sort(a.begin(), a.end(), by_key);"));
  EXPECT_TRUE(banned("std::sort(a.begin(), a.end(),\n          by_key);"));
  EXPECT_TRUE(banned("std::ranges::sort(a, by_key);"));
  EXPECT_TRUE(banned("std::priority_queue<int> a;"));
  EXPECT_FALSE(banned("std::stable_sort(a.begin(), a.end(), by_key);"));
  EXPECT_FALSE(banned("std::sort(a.begin(), a.end(), by_key);  // no ties: names"));
  EXPECT_FALSE(banned("// Unique names: no ties.\nstd::ranges::sort(a, by_key);"));
  EXPECT_FALSE(banned("std::sort(numbers.begin(), numbers.end());"));
}

TEST(WordRules, NothingIsOrderedByAddress) {
  EXPECT_TRUE(bans("sim/hw/a.cpp", "std::map<const Line*, int> a;"));
  EXPECT_TRUE(bans("sim/hw/a.cpp", "std::set<Line*> a;"));
  EXPECT_FALSE(bans("sim/hw/a.cpp", "std::map<int, Line*> a;"));
  EXPECT_TRUE(bans("sim/hw/a.cpp", "std::hash<std::string>{}(a)"));
}

TEST(WordRules, NoFloatingPointDecidesInTheSimulator) {
  EXPECT_TRUE(bans("sim/hw/a.cpp", "double a = 0;"));
  EXPECT_TRUE(bans("models/workload/a.cpp", "static_cast<float>(b)"));
  EXPECT_FALSE(bans("sim/hw/a.cpp", "int a;  // a double fault"));
  EXPECT_FALSE(bans("sim/hw/a.cpp", "int doubled = 0;"));
}

TEST(WordRules, TheHostsClockIsBannedWhereTimeIsSimulated) {
  EXPECT_TRUE(bans("sim/time/a.cpp", "std::chrono::steady_clock::now()"));
  EXPECT_TRUE(bans("models/workload/a.cpp", "time(nullptr)"));
  EXPECT_TRUE(bans("tests/hw/a.cpp", "std::chrono::steady_clock::now()"));
  EXPECT_FALSE(bans("tests/bench/a.cpp", "std::chrono::steady_clock::now()"));
  EXPECT_FALSE(bans("scenarios/run/a.cpp", "std::chrono::steady_clock::now()"));
  EXPECT_FALSE(bans("sim/time/a.cpp", "advance(time(cpu));"));
}

TEST(WordRules, AModelUsesNothingOfTheHostsThreads) {
  for (const char* line : {"thread_local int a;", "void f() noexcept;", "std::atomic<int> a;",
                           "volatile int a;", "std::mutex m;", "getenv(\"A\")"}) {
    EXPECT_TRUE(bans("models/hypervisor/locks/a.cpp", line)) << line;
    EXPECT_FALSE(bans("scenarios/run/a.cpp", line)) << line;
  }
}

TEST(WordRules, ChecksThatCanBeCompiledOutAreBanned) {
  EXPECT_TRUE(bans("sim/hw/a.cpp", "assert(a > 0);"));
  EXPECT_FALSE(bans("sim/hw/a.cpp", "static_assert(sizeof(int) == 4);"));
}

TEST(WordRules, WhatOneOfTheCompilersLacksIsBanned) {
  EXPECT_TRUE(bans("scenarios/run/a.cpp", "std::format(\"{}\", a)"));
  EXPECT_TRUE(bans("scenarios/run/a.cpp", "#include <source_location>"));
  EXPECT_TRUE(bans("scenarios/run/a.hpp", "using namespace std;"));
}

TEST(WordRules, ALoopOverAnUnorderedContainerIsFound) {
  const std::string declared = "std::unordered_map<int, std::pair<int, int>> lines_;\n";
  const auto complaints = [&](const std::string& use) {
    return unordered_loops({"sim/hw/a.cpp", declared + use + "\n"}, {}).size();
  };
  EXPECT_EQ(complaints("for (const auto& [a, b] : lines_) {"), 1u);
  EXPECT_EQ(complaints("auto first = lines_.begin();"), 1u);
  EXPECT_EQ(complaints("auto line = lines_.find(3);"), 0u);
  EXPECT_EQ(complaints("for (const int n : other_lines_) {"), 0u);
}

TEST(WordRules, TheContainerMayBeDeclaredInTheHeader) {
  const std::vector<File> all = {{"sim/hw/a.hpp", "std::unordered_set<int> seen_;\n"}};
  EXPECT_EQ(unordered_loops({"sim/hw/a.cpp", "for (int n : seen_) {\n"}, all),
            Complaints{"sim/hw/a.cpp:1: seen_ is unordered: look up, never walk"});
}

}  // namespace
}  // namespace hvsim::tidy
