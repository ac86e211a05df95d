// JSON as a tree with places, and everything that is not JSON with the place where it goes wrong.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scenarios/run/json_source.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

std::string complaint(const std::string& text) {
  try {
    parse_json(text, "f");
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "none";
}

std::string place(const Place& at) {
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

TEST(JsonSource, EveryKeyAndValueKnowsWhereItStarts) {
  const JsonValue root = parse_json(
      "// first\n{ \"a\\\"\\\\\": [1, -2.5e3 ,true,null, \"x\\\\\"],\r\n\t\"\xc3\xa9\": {\"k\" : "
      "false} }",
      "f");
  EXPECT_EQ(place(root.at), "2:1");
  ASSERT_EQ(root.keys.size(), 2u);
  EXPECT_EQ(root.keys[0].name, "a\"\\");
  EXPECT_EQ(place(root.keys[0].at), "2:3");
  const JsonValue& list = root.items[0];
  ASSERT_EQ(list.items.size(), 5u);
  const char* const places[] = {"2:13", "2:16", "2:24", "2:29", "2:35"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(place(list.items[i].at), places[i]) << i;
  }
  EXPECT_EQ(list.items[1].text, "-2.5e3");
  EXPECT_EQ(list.items[4].text, "x\\");
  EXPECT_EQ(root.keys[1].name, "\xc3\xa9");
  EXPECT_EQ(place(root.keys[1].at), "3:2");
  // The letter before it is one column, though two bytes.
  EXPECT_EQ(place(root.items[1].at), "3:7");
  EXPECT_EQ(place(root.items[1].items[0].at), "3:14");
}

TEST(JsonSource, ANumberKeepsItsTextEvenAtTheEndOfTheFile) {
  EXPECT_EQ(parse_json("12", "f").text, "12");
  EXPECT_EQ(place(parse_json(" 12", "f").at), "1:2");
  EXPECT_EQ(parse_json("18446744073709551616", "f").text, "18446744073709551616");
  EXPECT_EQ(parse_json("[1e3, 3.90]", "f").items[1].text, "3.90");
}

TEST(JsonSource, WhatIsNotJsonIsSaidWithItsPlace) {
  EXPECT_EQ(complaint(""), "f:1:1: not JSON: unexpected end of input; expected a value");
  EXPECT_EQ(complaint("{\n \"a\": 1,\n}"),
            "f:3:1: not JSON: unexpected '}'; expected string literal");
  EXPECT_EQ(complaint("[1,\n 2 3]"), "f:2:4: not JSON: unexpected number literal; expected ']'");
  EXPECT_EQ(complaint("{\"a\" \"b\"}"),
            "f:1:6: not JSON: unexpected string literal; expected ':'");
  EXPECT_EQ(complaint("{} {}"), "f:1:4: not JSON: unexpected '{'; expected end of input");
  EXPECT_EQ(complaint("[nul]"), "f:1:2: not JSON: invalid literal");
  EXPECT_EQ(complaint("[1, #]"), "f:1:5: not JSON: invalid literal");
  EXPECT_EQ(complaint("[\"ab"), "f:1:5: not JSON: invalid string: missing closing quote");
  EXPECT_EQ(complaint("[1e999]"), "f:1:2: not JSON: this number is too large");
  EXPECT_EQ(complaint("[01]"), "f:1:2: not JSON: unexpected number literal; expected ']'");
  EXPECT_NE(complaint("[\"\\ud800\"]").find("surrogate"), std::string::npos);
}

TEST(JsonSource, ADuplicateKeyIsAnErrorThatNamesTheFirst) {
  EXPECT_EQ(complaint("{\"a\": 1,\n\"b\": {\"a\": 1},\n \"a\": 3}"),
            "f:3:2: duplicate key \"a\"; the first is in line 1 (/a)");
  EXPECT_EQ(complaint("{\"a\": 1, \"\\u0061\": 2}"),
            "f:1:10: duplicate key \"a\"; the first is in line 1 (/a)");
  EXPECT_EQ(complaint("[{\"b\": {\"a\": [1], \"a\": [2]}}]"),
            "f:1:19: duplicate key \"a\"; the first is in line 1 (/0/b/a)");
}

TEST(JsonSource, NulBytesAndBytesThatAreNotUtf8AreErrors) {
  EXPECT_EQ(complaint(std::string("1\0", 2)), "f:1:2: a NUL byte: this is not a text file");
  EXPECT_EQ(complaint("{\"a\":\n\"\xff\"}"), "f:2:2: a byte that is not UTF-8");
  EXPECT_EQ(complaint("// \xe9t\xe9\n1"), "f:1:4: a byte that is not UTF-8");
  EXPECT_EQ(complaint("\"\xed\xa0\x80\""), "f:1:2: a byte that is not UTF-8");  // a surrogate
  EXPECT_EQ(complaint("\"\xc0\xaf\""), "f:1:2: a byte that is not UTF-8");      // overlong
  EXPECT_EQ(complaint("\"\xf4\x90\x80\x80\""), "f:1:2: a byte that is not UTF-8");
  EXPECT_EQ(complaint("\"\xf0\x9f\x90\x84\""), "none");
}

TEST(JsonSource, SixtyFourLevelsAreTheMost) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_EQ(complaint(nested(64)), "none");
  EXPECT_EQ(complaint(nested(65)), "f:1:65: nested more than 64 levels deep");
  EXPECT_EQ(complaint(std::string(100'000, '[')), "f:1:65: nested more than 64 levels deep");
  std::string objects;
  for (int i = 0; i < 65; ++i) {
    objects += "{\"a\":";
  }
  EXPECT_EQ(complaint(objects), "f:1:321: nested more than 64 levels deep");
}

TEST(JsonSource, ANumberOfAMillionLettersIsAnError) {
  EXPECT_EQ(complaint("[0." + std::string(1'000'000, '1') + "]"),
            "f:1:2: a number of more than 128 letters");
}

TEST(TextFile, EachWayAFileCanBeWrongHasItsMessage) {
  const auto reading = [](const std::string& path, std::size_t most) -> std::string {
    try {
      return std::to_string(read_text_file(path, most).size());
    } catch (const BadInput& bad) {
      return bad.what();
    }
  };
  const std::string folder = testing::TempDir();
  EXPECT_EQ(reading(folder + "no-such-file", 100), folder + "no-such-file: no such file");
  EXPECT_EQ(reading(folder, 100), folder + ": this is a folder, not a file");
  // Reading one's own memory from address 0 fails whoever one is.
  EXPECT_EQ(reading("/proc/self/mem", 100), "/proc/self/mem: cannot be read: Input/output error");
  EXPECT_EQ(reading("/dev/zero", 1 << 20), "/dev/zero: larger than 1 MiB");
  const std::string path =
      (std::filesystem::path(folder) / ("text_file_" + std::to_string(getpid()))).string();
  std::ofstream(path) << std::string(2 << 20, 'x');
  EXPECT_EQ(reading(path, 2 << 20), "2097152");
  EXPECT_EQ(reading(path, (2 << 20) - 1), path + ": larger than 1 MiB");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace hvsim
