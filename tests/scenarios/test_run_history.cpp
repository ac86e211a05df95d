// History files: where one is cut, what is read back, and where two part.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/run/history_diff.hpp"
#include "scenarios/run/history_file.hpp"
#include "scenarios/run/recorded_history.hpp"

namespace hvsim {
namespace {

class HistoryFiles : public testing::Test {
 protected:
  HistoryFiles() { std::filesystem::create_directories(folder_); }
  ~HistoryFiles() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Three verbs of pCPU 2 on one word, the last of them with `value`.
  bool write(const std::string& name, std::uint64_t value, std::uint64_t most = most_recorded) {
    Memory memory(1);
    const Address word = memory.reserve("lock", 8, SocketId{0});
    HistoryFile file(path(name), "a\nscenario", "threads=4 seed=1", most);
    file.begins(memory);
    file.done({PcpuId{2}, Verb::load, Time{100}, word, 0, {"a.cpp", 7}});
    file.done({PcpuId{2}, Verb::fence, Time{200}, 0, 0, {"a.cpp", 8}});
    file.done({PcpuId{2}, Verb::store, Time{300}, word, value, {"a.cpp", 9}});
    return file.finish(0xabc);
  }

 private:
  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                  testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(HistoryFiles, AreReadBackAsTheyWereWritten) {
  EXPECT_TRUE(write("a", 5));
  const RecordedHistory history = read_history(path("a"));
  EXPECT_EQ(history.scenario, "a scenario");
  EXPECT_EQ(history.cell, "threads=4 seed=1");
  EXPECT_EQ(history.verbs, 3u);
  EXPECT_EQ(history.digest, "0000000000000abc");
  EXPECT_FALSE(history.cut);
  const RecordedVerb& last = history.pcpus.at(2).back();
  EXPECT_EQ(last.at, Time{300});
  EXPECT_EQ(last.verb, Verb::store);
  EXPECT_EQ(last.value, 5u);
  EXPECT_EQ(history.words.at(last.address), "lock");
  EXPECT_EQ(history.places.at(last.place), "a.cpp:9");
}

TEST_F(HistoryFiles, HoldNoMoreThanTheyMayAndSaySo) {
  EXPECT_FALSE(write("a", 5, 2));
  const RecordedHistory history = read_history(path("a"));
  EXPECT_EQ(history.verbs, 2u);
  EXPECT_TRUE(history.cut);
  EXPECT_TRUE(write("b", 6));
  EXPECT_FALSE(first_difference(history, read_history(path("b")))) << "beyond what was recorded";
}

TEST_F(HistoryFiles, AreNotThereBeforeTheyAreFinished) {
  {
    const HistoryFile file(path("a"), "s", "c");
    EXPECT_FALSE(std::filesystem::exists(path("a")));
  }
  EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::path(path("a")).parent_path()));
}

TEST_F(HistoryFiles, PartAtTheFirstVerbThatDiffers) {
  write("a", 5);
  write("b", 6);
  const RecordedHistory a = read_history(path("a"));
  const RecordedHistory b = read_history(path("b"));
  const std::optional<Parting> parting = first_difference(a, b);
  ASSERT_TRUE(parting);
  EXPECT_EQ(parting->pcpu, 2u);
  EXPECT_EQ(parting->index, 2u);
  const std::string text = parting_text(a, b, *parting, 1);
  EXPECT_NE(text.find("at 300 ps, on pCPU 2, at its verb 2"), std::string::npos) << text;
  EXPECT_NE(text.find("both             200 ps  fence"), std::string::npos) << text;
  EXPECT_EQ(text.find("100 ps"), std::string::npos) << "one verb before, not two\n" << text;
  EXPECT_FALSE(first_difference(a, a));
}

}  // namespace
}  // namespace hvsim
