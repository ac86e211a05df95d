// A row put down in the journal comes back as it was, or not at all.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "scenarios/run/decode.hpp"
#include "scenarios/run/journal.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/result_json.hpp"
#include "scenarios/run/row_record.hpp"
#include "tests/scenarios/reader_lab.hpp"

namespace hvsim {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

// A row with something in every part, and the numbers at the edges.
Row full_row() {
  Row row;
  row.metrics = {{"a", most}, {"b", least}, {"", -1}, {"zero", 0}};
  Histogram& histogram = row.histograms["wait"];
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{31}, std::int64_t{32},
                                   std::int64_t{12'345}, std::int64_t{1} << 40, most}) {
    histogram.add(value, 3);
  }
  row.histograms["empty"];
  row.digest = ~std::uint64_t{0};
  row.findings.push_back({.rule = "GR-S1",
                          .what = std::string("a NUL \0, a \"quote\"\n and \xc3\xa9", 25),
                          .at = Time{most},
                          .pcpu = PcpuId{7},
                          .place = "models/a.cpp:1",
                          .verbs = {"", "load"}});
  row.lines.push_back({"line", 64, {1, 2, 3, 4, 5, 6}, {{"a.cpp:2", {6, 5, 4, 3, 2, -1}}}});
  LockStat lock;
  lock.name = "lock";
  lock.acquired(PcpuId{1}, true, nanoseconds(5));
  lock.released(nanoseconds(3));
  lock.con_bounces = 9;
  row.locks.push_back(lock);
  return row;
}

// Everything that a report can show of a row.
std::string shown(Row row) {
  Result result;
  result.scenario = read_scenario_text(reader::good, reader::file);
  result.rows.push_back(std::move(row));
  return result_json(result, true);
}

TEST(RowRecord, ARowComesBackWithAllThatAReportShows) {
  const std::optional<Row> back = row_of_record(row_record(full_row()));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(shown(*back), shown(full_row()));
  EXPECT_EQ(row_record(*back), row_record(full_row()));
  EXPECT_EQ(back->histograms.at("wait").count(), 18u);
  EXPECT_TRUE(row_of_record(row_record(Row{})).has_value());
}

TEST(RowRecord, WhatIsCutOffOrTooLongIsNoRow) {
  const std::string whole = row_record(full_row());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_FALSE(row_of_record(whole.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(row_of_record(whole + '\0').has_value());
  EXPECT_FALSE(row_of_record(std::string(1000, '\xff')).has_value());
}

class JournalFile : public testing::Test {
 protected:
  JournalFile() {
    std::string name = (fs::path(testing::TempDir()) / "hvsim-journal-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = (folder_ / "a.journal").string();
  }
  ~JournalFile() override { fs::remove_all(folder_); }

  Journal open(bool resume, bool c2c = false) const {
    return Journal(path_, scenario_, c2c, resume);
  }
  Cell cell(std::uint64_t seed) const {
    return make_cell(scenario_, {{"threads", "1"}, {"lock", "word_rwlock"}}, seed);
  }

  const Scenario scenario_ = read_scenario_text(reader::good, reader::file);
  fs::path folder_;
  std::string path_;
};

TEST_F(JournalFile, KeepsARowForItsCellAndNoOther) {
  open(false).add(cell(1), full_row());
  const Journal again = open(true);
  EXPECT_EQ(again.kept(), 1u);
  ASSERT_NE(again.find(cell(1)), nullptr);
  EXPECT_EQ(shown(*again.find(cell(1))), shown(full_row()));
  EXPECT_EQ(again.find(cell(2)), nullptr);
  Cell dearer = cell(1);
  dearer.machine.prices.l3_hit.value += picoseconds(1);
  EXPECT_EQ(again.find(dearer), nullptr);
}

TEST_F(JournalFile, GoesOnBehindTheLastWholeRecord) {
  {
    Journal first = open(false);
    first.add(cell(1), full_row());
    first.add(cell(2), Row{});
  }
  fs::resize_file(path_, fs::file_size(path_) - 1);
  open(true).add(cell(3), full_row());
  const Journal again = open(true);
  EXPECT_EQ(again.kept(), 2u);
  EXPECT_NE(again.find(cell(1)), nullptr);
  EXPECT_EQ(again.find(cell(2)), nullptr);
  EXPECT_NE(again.find(cell(3)), nullptr);
}

TEST_F(JournalFile, BeginsAnewUnlessToldToGoOn) {
  open(false).add(cell(1), full_row());
  EXPECT_EQ(open(false).kept(), 0u);
  EXPECT_EQ(open(true).kept(), 0u);
}

TEST_F(JournalFile, IsRefusedWhereTheRowsWouldNotBeTheSame) {
  open(false).add(cell(1), full_row());
  EXPECT_THROW(open(true, true), BadInput);
  Scenario other = scenario_;
  other.machines.begin()->second.prices.l3_hit.value += picoseconds(1);
  EXPECT_THROW(Journal(path_, other, false, true), BadInput);
  std::ofstream(path_) << "something else";
  EXPECT_THROW(open(true), BadInput);
}

TEST_F(JournalFile, IsOneRunsAloneUntilItIsClosed) {
  {
    const Journal mine = open(false);
    EXPECT_THROW(open(true), CannotWrite);
  }
  EXPECT_EQ(open(true).kept(), 0u);
}

TEST_F(JournalFile, IsGoneWhenTheResultIsThere) {
  Journal journal = open(false);
  journal.remove();
  EXPECT_FALSE(fs::exists(path_));
}

}  // namespace
}  // namespace hvsim
