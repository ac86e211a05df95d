// The formats, byte for byte, on rows written down by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenarios/run/c2c_report.hpp"
#include "scenarios/run/claim.hpp"
#include "scenarios/run/grid.hpp"
#include "scenarios/run/perf.hpp"
#include "scenarios/run/progress.hpp"
#include "scenarios/run/report.hpp"
#include "scenarios/run/version.hpp"
#include "tests/scenarios/table_scenario.hpp"

namespace hvsim {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Result judged_result() {
  Result result = full_transfer_result();
  Claim holds = speedup_claim();
  holds.at_least_thousandths = 2500;
  holds.at_most_thousandths = 4000;
  Claim fails = speedup_claim();
  fails.says = "the per-CPU lock is ten times faster";
  fails.at_least_thousandths = 10000;
  Claim missing = speedup_claim();
  missing.at = {{"queues", "99"}};
  missing.at_least_thousandths = 1000;
  result.scenario.claims = {holds, fails, missing};
  result.verdicts = judge(result.scenario, result.rows);
  return result;
}

Finding broken_rule() {
  Finding finding;
  finding.rule = "GR-S1";
  finding.what = "a reader and a writer at once";
  finding.at = Time{12'345'678};
  finding.pcpu = PcpuId{3};
  finding.place = "models/hypervisor/locks/word_rwlock.cpp:45";
  finding.verbs = {"pcpu 3 load 0", "pcpu 4 cmpxchg 0 1"};
  return finding;
}

TEST(TableReport, MergesTheSeedsComparesWithTheFirstLockAndJudgesTheClaims) {
  EXPECT_EQ(table_report(judged_result(), false), R"(transfer  (toy-2s4c, transfer, 3 seeds)
Which lock is faster

queues  lock         throughput_mbps  relative  waits
1       word                    1000     1.00x      7
1       percpu                  1000     1.00x      7
16      word                   10000     1.00x      7
16      percpu  33000 [30000..36000]     3.30x      7

Claims
PASS          the per-CPU lock is three times faster
              throughput_mbps at queues=16 of lock=percpu over lock=word
              measured 3.3 [3..3.6], expected 2.5 to 4, headroom 10.0 %
              source: a test
FAIL          the per-CPU lock is ten times faster
              throughput_mbps at queues=16 of lock=percpu over lock=word
              measured 3.3 [3..3.6], expected at least 10, headroom -70.0 %
              source: a test
NOT MEASURED  the per-CPU lock is three times faster
              throughput_mbps at queues=99 of lock=percpu over lock=word
              measured -, expected at least 1, headroom -
              no row has queues=99
              source: a test
)");
}

TEST(TableReport, ShowsAFindingInFullAndNoNumberForItsRow) {
  Result result = transfer_result();
  result.scenario.seeds = {1};
  add_row(result, "1", "word", 1, 0).metrics.clear();
  result.rows.back().findings = {broken_rule()};
  add_row(result, "1", "percpu", 1, 5);
  result.cells = 2;
  const std::string text = table_report(result, false);
  EXPECT_THAT(text, HasSubstr("1       word                  -         -      -\n"));
  EXPECT_THAT(text, HasSubstr("1       percpu                5         -      7\n"));
  EXPECT_THAT(text, HasSubstr(R"(
Finding
GR-S1: a reader and a writer at once
  in the cell queues=1 lock=word seed=1
  at 12.345678 us on pCPU 3, models/hypervisor/locks/word_rwlock.cpp:45
    pcpu 3 load 0
    pcpu 4 cmpxchg 0 1
)"));
}

TEST(TableReport, SaysHowMuchOfAnInterruptedSweepWasRun) {
  Result result = transfer_result();
  add_row(result, "1", "word", 1, 5);
  result.cells = 12;
  EXPECT_THAT(table_report(result, false), HasSubstr("interrupted: 1 of 12 cells were run\n"));
  EXPECT_THAT(table_report(judged_result(), false), Not(HasSubstr("interrupted")));
}

TEST(TableReport, HasNoRelativeColumnWhereNoAxisChoosesAnAlgorithm) {
  Result result = full_transfer_result();
  result.scenario.axes.pop_back();
  EXPECT_THAT(table_report(result, false), Not(HasSubstr("relative")));
}

TEST(MarkdownReport, IsTwoGitHubTables) {
  const std::string at16 = " (throughput_mbps at queues=16 of lock=percpu over lock=word) | ";
  const std::string at99 = " (throughput_mbps at queues=99 of lock=percpu over lock=word) | ";
  EXPECT_EQ(markdown_report(judged_result()),
            "## transfer\n\nWhich lock is faster\n\n"
            "| queues | lock | throughput_mbps | relative | waits |\n"
            "| --- | --- | ---: | ---: | ---: |\n"
            "| 1 | word | 1000 | 1.00x | 7 |\n"
            "| 1 | percpu | 1000 | 1.00x | 7 |\n"
            "| 16 | word | 10000 | 1.00x | 7 |\n"
            "| 16 | percpu | 33000 [30000..36000] | 3.30x | 7 |\n\n"
            "| claim | measured | expected | headroom | source |  |\n"
            "| --- | ---: | --- | ---: | --- | --- |\n"
            "| the per-CPU lock is three times faster" +
                at16 +
                "3.3 [3..3.6] | 2.5 to 4 | 10.0 % | a test | PASS |\n"
                "| the per-CPU lock is ten times faster" +
                at16 +
                "3.3 [3..3.6] | at least 10 | -70.0 % | a test | FAIL |\n"
                "| the per-CPU lock is three times faster" +
                at99 + "- | at least 1 | - | a test | NOT MEASURED: no row has queues=99 |\n");
}

TEST(CsvReport, HasALineACellAndEmptyFieldsWhereThereIsNoNumber) {
  Result result = transfer_result();
  add_row(result, "1", "word", 1, 5);
  add_row(result, "1", "a,\"b\"", 2, 0).metrics.clear();
  const std::string text = csv_report(result);
  EXPECT_THAT(text, StartsWith("queues,lock,seed,throughput_mbps,waits,simulated_us,"));
  EXPECT_THAT(text, HasSubstr(",digest\n1,word,1,5,7,,"));
  EXPECT_THAT(text, HasSubstr(",0000000000001234\n1,\"a,\"\"b\"\"\",2,,,"));
}

// What follows the scenario and the version in the result of the next test.
constexpr char canonical_rows_and_verdicts[] = R"(  "machine": "toy-2s4c",
  "rows": [
    {
      "at": {
        "lock": "percpu",
        "queues": 16
      },
      "seed": 1,
      "metrics": {
        "throughput_mbps": 33000,
        "waits": 7
      },
      "histograms": {
        "wait_ns": [[3, 2], [31, 1]]
      },
      "digest": "0000000000001234",
      "findings": []
    },
    {
      "at": {
        "lock": "word",
        "queues": 16
      },
      "seed": 1,
      "metrics": {},
      "histograms": {},
      "digest": "0000000000000000",
      "findings": [
        {
          "rule": "GR-S1",
          "what": "a reader and a writer at once",
          "at_ps": 12345678,
          "pcpu": 3,
          "place": "models/hypervisor/locks/word_rwlock.cpp:45",
          "verbs": [
            "pcpu 3 load 0",
            "pcpu 4 cmpxchg 0 1"
          ]
        }
      ]
    }
  ],
  "verdicts": [
    {
      "says": "the per-CPU lock is three times faster",
      "source": "a test",
      "measured": 3.305,
      "at_least": 2.5,
      "at_most": null,
      "holds": true
    },
    {
      "says": "the per-CPU lock is three times faster",
      "source": "a test",
      "measured": null,
      "at_least": 2.5,
      "at_most": null,
      "holds": null
    }
  ]
}
)";

TEST(JsonReport, IsCanonical) {
  Result result = transfer_result();
  result.scenario.seeds = {1};
  Row& row = add_row(result, "16", "percpu", 1, 33000);
  row.histograms["wait_ns"].add(3, 2);
  row.histograms["wait_ns"].add(31);
  add_row(result, "16", "word", 1, 0).metrics.clear();
  result.rows.back().findings = {broken_rule()};
  result.rows.back().digest = 0;
  Claim claim = speedup_claim();
  claim.at_least_thousandths = 2500;
  result.scenario.claims = {claim};
  Verdict verdict;
  verdict.claim = &result.scenario.claims[0];
  verdict.measured = true;
  verdict.measured_thousandths = 3305;
  verdict.holds = true;
  result.verdicts = {verdict, Verdict{}};
  result.verdicts[1].claim = verdict.claim;
  const std::string text = render(result, Format::json, false);
  EXPECT_THAT(text, StartsWith("{\n  \"scenario\": {\n    \"name\": \"transfer\",\n"));
  EXPECT_THAT(text, EndsWith("  \"version\": \"" + std::string(version()) + "\",\n" +
                             canonical_rows_and_verdicts));
}

TEST(JsonReport, TextThatLooksLikeALongNumberStaysText) {
  Result result = transfer_result();
  add_row(result, "007x", "-", 1, 5);
  const std::string text = render(result, Format::json, false);
  EXPECT_THAT(text, HasSubstr("\"lock\": \"-\""));
  EXPECT_THAT(text, HasSubstr("\"queues\": \"007x\""));
}

Result fought_over() {
  Result result = transfer_result();
  result.scenario.seeds = {1};
  Row& row = add_row(result, "1", "word", 1, 5);
  LineReport line;
  line.name = "grant_table[1].lock";
  line.counts = {10, 20, 3, 4, 5, 7'999};
  line.sites = {{"locks/word_rwlock.cpp:12", {1, 2, 3, 4, 0, 1'000}}};
  row.lines = {line};
  LockStat lock;
  lock.name = "grant_table[1]";
  lock.acquired(PcpuId{0}, false, Duration{});
  lock.acquired(PcpuId{1}, true, nanoseconds(500));
  lock.released(nanoseconds(100));
  lock.released(nanoseconds(300));
  row.locks = {lock};
  result.cells = 1;
  return result;
}

TEST(C2cReport, HasTheColumnsOfPerfC2cAndLockStat) {
  const std::string lines =
      "Tot Hitm  LclHitm  RmtHitm  Loads  Stores  Failed cmpxchg  Queued ns  "
      "Line, and the places that used it\n"
      "       7        3        4     10      20               5          7  "
      "grant_table[1].lock\n"
      "       7        3        4      1       2               0          1  "
      "  locks/word_rwlock.cpp:12\n";
  const std::string locks =
      "class name      con-bounces  contentions  waittime-min  waittime-max  waittime-total  "
      "waittime-avg  acq-bounces  acquisitions  holdtime-min  holdtime-max  holdtime-total  "
      "holdtime-avg\n"
      "grant_table[1]            1            1           500           500             500  "
      "         500            1             2           100           300             400  "
      "         200\n";
  EXPECT_EQ(c2c_report(fought_over()),
            "\nLines and locks of queues=1 lock=word seed=1\n\n" + lines + "\n" + locks);
}

TEST(C2cReport, IsInTheJsonOfARowOnlyIfAskedFor) {
  const std::string with = render(fought_over(), Format::json, true);
  EXPECT_THAT(with, HasSubstr("\"c2c\": [\n"));
  EXPECT_THAT(with, HasSubstr("\"remote_hitm\": 4"));
  EXPECT_THAT(with, HasSubstr("\"holdtime_total_ps\": 400000"));
  const std::string without = render(fought_over(), Format::json, false);
  EXPECT_THAT(without, Not(HasSubstr("c2c")));
  EXPECT_THAT(without, Not(HasSubstr("lock_stat")));
}

TEST(FaultsReport, NamesFailedClaimsAndFindingsOnly) {
  Result result = judged_result();
  EXPECT_EQ(faults_report(result),
            "FAIL  the per-CPU lock is ten times faster: measured 3.3 [3..3.6], expected at "
            "least 10\n");
  result.rows[0].findings = {broken_rule()};
  EXPECT_THAT(faults_report(result), HasSubstr("finding: GR-S1: a reader and a writer at once\n"));
}

TEST(Grid, ControlCharactersCannotBreakATableOrATerminal) {
  const Grid grid{{{"a"}, {"b"}}, {{"x\x1b[2J\n", "p|q"}}};
  EXPECT_EQ(aligned_text(grid), "a       b\nx [2J   p|q\n");
  EXPECT_EQ(github_table(grid), "| a | b |\n| --- | --- |\n| x [2J  | p\\|q |\n");
}

TEST(Grid, FoldsWhatIsTooWideAndRepeatsTheFirstColumns) {
  const Grid grid{{{"key"}, {"aaaa", true}, {"bbbb", true}, {"cccccccccccc", true}},
                  {{"k", "1", "2", "3"}}};
  EXPECT_EQ(folded_text(grid, 1, 15),
            "key  aaaa  bbbb\nk       1     2\n\nkey  cccccccccccc\nk               3\n");
  EXPECT_EQ(folded_text(grid, 1, 14),
            "key  aaaa\nk       1\n\nkey  bbbb\nk       2\n\nkey  cccccccccccc\n"
            "k               3\n");
  EXPECT_EQ(folded_text(grid, 1, 100), aligned_text(grid));
}

TEST(Grid, AlignsByCharactersNotBytes) {
  const Grid grid{{{"a"}, {"b"}}, {{"\u00b5s", "1"}, {"ns", "2"}}};
  EXPECT_EQ(aligned_text(grid), "a   b\n\u00b5s  1\nns  2\n");
}

TEST(Perf, IsWrittenInSecondsMadeByIntegerDivision) {
  const HostCost one{10, 2, 1'500'000'000, 1'000'000, 100};
  const HostCost two{5, 1, 7, 0, 300};
  EXPECT_EQ(perf_json(sum(one, two)), R"({
  "verbs": 15,
  "switches": 3,
  "host_seconds": 1.500000007,
  "simulated_seconds": 0.000001000000,
  "max_rss_kb": 300
}
)");
}

TEST(Progress, EstimatesWhatIsLeftFromWhatIsDone) {
  using std::chrono::seconds;
  EXPECT_EQ(progress_text(0, 8, seconds(5), "seed=1", 79), "[0/8] seed=1");
  EXPECT_EQ(progress_text(2, 8, seconds(30), "seed=3", 79), "[2/8] 1:30 left, seed=3");
  EXPECT_EQ(progress_text(2, 8, seconds(30), "seed=3", 10), "[2/8] 1:30");
}

}  // namespace
}  // namespace hvsim
