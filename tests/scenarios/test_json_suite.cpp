// JSONTestSuite (tests/scenarios/json_test_suite): texts that are JSON (y_), that are not (n_),
// and on which the standard leaves the choice (i_).
//
// The JSON layer is parse_json() with a list for repeated keys: it says what is JSON. A repeated
// key is JSON, so the layer accepts the two y_ files that have one, leaves the repetition out and
// notes it; the readers on top of it then refuse the file, because of two values one was meant.
//
// Three n_ files are JSON but for a comment. Input files of hvsim may have comments, so these are
// accepted, on purpose, and no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "scenarios/run/decode.hpp"
#include "scenarios/run/json_source.hpp"
#include "scenarios/run/machine_reader.hpp"

namespace hvsim {
namespace {

namespace fs = std::filesystem;

using Texts = std::map<std::string, std::string>;  // by the name of the file

Texts texts_of(const std::string& kind) {
  Texts texts;
  for (const auto& entry :
       fs::directory_iterator(HVSIM_SOURCE_DIR "/tests/scenarios/json_test_suite")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kind + "_")) {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      texts[name] = text.str();
    }
  }
  return texts;
}

// What is wrong, or "" if the layer accepts the text.
std::string refusal(const std::string& text, Problems& repeated) {
  try {
    parse_json(text, "f", repeated);
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "";
}

TEST(JsonSuite, WhatIsJsonIsAccepted) {
  const Texts texts = texts_of("y");
  EXPECT_EQ(texts.size(), 95u);
  std::set<std::string> with_repeated_keys;
  for (const auto& [name, text] : texts) {
    Problems repeated;
    EXPECT_EQ(refusal(text, repeated), "") << name;
    if (repeated.size() > 0) {
      with_repeated_keys.insert(name);
    }
  }
  EXPECT_EQ(with_repeated_keys, (std::set<std::string>{"y_object_duplicated_key.json",
                                                       "y_object_duplicated_key_and_value.json"}));
}

TEST(JsonSuite, WhatIsNotJsonIsRefusedWithAPlaceUnlessAllThatIsWrongIsAComment) {
  const Texts texts = texts_of("n");
  EXPECT_EQ(texts.size(), 188u);
  std::set<std::string> accepted;
  for (const auto& [name, text] : texts) {
    Problems repeated;
    const std::string said = refusal(text, repeated);
    if (said.empty()) {
      accepted.insert(name);
    } else {
      EXPECT_TRUE(said.starts_with("f:")) << name << ": " << said;
    }
  }
  EXPECT_EQ(accepted, (std::set<std::string>{"n_object_trailing_comment.json",
                                             "n_object_trailing_comment_slash_open.json",
                                             "n_structure_object_with_comment.json"}));
}

TEST(JsonSuite, WhereTheStandardLeavesTheChoiceTextIsAcceptedOrRefusedWithAPlace) {
  const Texts texts = texts_of("i");
  EXPECT_EQ(texts.size(), 35u);
  for (const auto& [name, text] : texts) {
    Problems repeated;
    const std::string said = refusal(text, repeated);
    EXPECT_TRUE(said.empty() || said.starts_with("f:")) << name << ": " << said;
  }
}

TEST(JsonSuite, NoneOfItIsAScenarioOrAMachine) {
  for (const char* kind : {"y", "n", "i"}) {
    for (const auto& [name, text] : texts_of(kind)) {
      EXPECT_THROW(read_scenario_text(text, "f"), BadInput) << name;
      EXPECT_THROW(read_machine_text(text, "f", "m"), BadInput) << name;
    }
  }
}

}  // namespace
}  // namespace hvsim
