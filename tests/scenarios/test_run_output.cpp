// Files are written whole or not at all; JSON text is written one way only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/output.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

namespace fs = std::filesystem;

class WriteFile : public testing::Test {
 protected:
  WriteFile() {
    std::string name = (fs::path(testing::TempDir()) / "hvsim-output-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~WriteFile() override { fs::remove_all(folder_); }

  std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
      found.insert(entry.path().filename().string());
    }
    return found;
  }

  fs::path folder_;
};

TEST_F(WriteFile, ReplacesWhatWasThereAndLeavesNothingElse) {
  write_file((folder_ / "a.json").string(), "first");
  write_file((folder_ / "a.json").string(), "second");
  EXPECT_EQ(content("a.json"), "second");
  EXPECT_EQ(names(), std::set<std::string>{"a.json"});
}

TEST_F(WriteFile, WritesOverWhatAKilledRunLeftBehind) {
  std::ofstream(folder_ / "a.json.part") << "half of something that was much longer";
  write_file((folder_ / "a.json").string(), "whole");
  EXPECT_EQ(content("a.json"), "whole");
  EXPECT_EQ(names(), std::set<std::string>{"a.json"});
}

TEST_F(WriteFile, IntoAFolderThatIsNotThereIsAnErrorThatNamesTheFile) {
  const std::string path = (folder_ / "none" / "a.json").string();
  try {
    write_file(path, "text");
    FAIL() << "it cannot have been written";
  } catch (const CannotWrite& error) {
    EXPECT_EQ(error.what(), "cannot write " + path + ": No such file or directory");
  }
}

TEST_F(WriteFile, OverAFolderIsAnErrorAndTheFolderStays) {
  fs::create_directory(folder_ / "taken");
  EXPECT_THROW(write_file((folder_ / "taken").string(), "text"), CannotWrite);
  EXPECT_EQ(names(), std::set<std::string>{"taken"});
}

TEST_F(WriteFile, OntoADeviceWritesIntoItAndDoesNotReplaceIt) {
  write_file("/dev/null", "text");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(write_file("/dev/full", "text"), CannotWrite);
}

TEST_F(WriteFile, FolderIsMadeWithThoseAboveItButNotWhereAFileIs) {
  make_folder((folder_ / "a" / "b").string());
  make_folder((folder_ / "a" / "b").string());
  EXPECT_TRUE(fs::is_directory(folder_ / "a" / "b"));
  write_file((folder_ / "file").string(), "text");
  EXPECT_THROW(make_folder((folder_ / "file").string()), CannotWrite);
}

TEST(JsonWriter, IndentsByTwoAndKeepsFlatArraysOnALine) {
  JsonWriter json;
  json.begin_object();
  json.member("text", "a\"b");
  json.member("flag", true);
  json.key("flat");
  json.begin_array(true);
  json.value(std::int64_t{-1});
  json.begin_array();
  json.null();
  json.end_array();
  json.end_array();
  json.key("empty");
  json.begin_object();
  json.end_object();
  json.key("moved in");
  json.raw("{\n  \"x\": 1\n}");
  json.end_object();
  EXPECT_EQ(json.text(), R"({
  "text": "a\"b",
  "flag": true,
  "flat": [-1, [null]],
  "empty": {},
  "moved in": {
    "x": 1
  }
}
)");
}

TEST(JsonWriter, KeyWithoutAValueIsADefect) {
  JsonWriter json;
  json.begin_object();
  json.key("a");
  EXPECT_THROW(json.key("b"), InternalError);
  EXPECT_THROW(json.end_object(), InternalError);
}

}  // namespace
}  // namespace hvsim
