// The shapes that published measurements of contended lines and locks agree on, as inequalities.
// The machine is built from uncontended and two-party figures alone, so these are predictions.
#include <gtest/gtest.h>

#include "scenarios/run/machine_files.hpp"
#include "tests/workload/run_workload.hpp"

namespace hvsim {
namespace {

const MachineSpec& haswell() {
  static const MachineSpec spec =
      read_machine(HVSIM_SOURCE_DIR "/models/machines/haswell-ep-2s18c.json");
  return spec;
}

std::map<std::string, std::int64_t> atomics(const std::string& op, std::int64_t threads) {
  return run_workload(haswell(), "atomic_storm",
                      {{"threads", threads}, {"duration", microseconds(60).ps}}, {{"op", op}})
      .metrics;
}

std::map<std::string, std::int64_t> readers(const std::string& lock, std::int64_t threads,
                                            Duration section = {}) {
  return run_workload(
             haswell(), "lock_storm",
             {{"threads", threads}, {"section", section.ps}, {"duration", microseconds(60).ps}},
             {{"lock", lock}})
      .metrics;
}

// S1: the aggregate rate of plain locked adds stays nearly constant from two threads to two full
// sockets, so a thread's latency grows with their number.
TEST(Shapes, S1LockedAddsGoOnAtOneRateFromTwoThreadsToTwoSockets) {
  const auto two = atomics("fetch_add", 2);
  const auto socket = atomics("fetch_add", 18);
  const auto both = atomics("fetch_add", 36);
  for (const auto& some : {socket, both}) {
    EXPECT_GE(some.at("ops_per_ms") * 100, two.at("ops_per_ms") * 70);
    EXPECT_LE(some.at("ops_per_ms") * 100, two.at("ops_per_ms") * 200);
  }
  EXPECT_GE(both.at("ops_per_ms") * 100, socket.at("ops_per_ms") * 70);
  EXPECT_GE(both.at("thread_ps_per_op"), two.at("thread_ps_per_op") * 10);
}

// S2: load-then-cmpxchg loops drop steeply from one thread to two, slowly inside a socket, and
// clearly again when the second socket joins.
TEST(Shapes, S2CmpxchgLoopsDropAtTwoThreadsAndAtTwoSockets) {
  const std::int64_t one = atomics("cmpxchg_loop", 1).at("ops_per_ms");
  const std::int64_t two = atomics("cmpxchg_loop", 2).at("ops_per_ms");
  const std::int64_t eight = atomics("cmpxchg_loop", 8).at("ops_per_ms");
  const std::int64_t socket = atomics("cmpxchg_loop", 18).at("ops_per_ms");
  const std::int64_t both = atomics("cmpxchg_loop", 36).at("ops_per_ms");
  EXPECT_LT(two * 2, one);
  EXPECT_LE(socket, two);
  EXPECT_GT(socket * 4, eight);
  EXPECT_LT(both * 10, socket * 8);
}

// S3: a reader-writer lock with empty read sections collapses within four threads and is flat from
// there; with real work inside it scales to a plateau and does not collapse.
TEST(Shapes, S3AWordThatReadersWriteCollapsesUnlessThereIsWorkInside) {
  for (const char* lock : {"word_rwlock", "fair_rwlock"}) {
    const std::int64_t one = readers(lock, 1).at("ops_per_ms");
    const std::int64_t four = readers(lock, 4).at("ops_per_ms");
    const std::int64_t sixteen = readers(lock, 16).at("ops_per_ms");
    EXPECT_LT(four * 2, one) << lock;
    EXPECT_GT(sixteen * 3, four) << lock;
    EXPECT_LT(sixteen, four * 2) << lock;
  }
  const Duration work = microseconds(5);
  const std::int64_t one = readers("fair_rwlock", 1, work).at("ops_per_ms");
  const std::int64_t eight = readers("fair_rwlock", 8, work).at("ops_per_ms");
  const std::int64_t all = readers("fair_rwlock", 36, work).at("ops_per_ms");
  EXPECT_GT(eight, one * 7);
  EXPECT_GE(all, eight);
}

// S5: with a word of its own each reader adds its rate to the others'; the writer pays.
TEST(Shapes, S5PerCpuReadersScaleAndTheirWriterPays) {
  const std::int64_t one = readers("percpu_rwlock", 1).at("ops_per_ms");
  const std::int64_t both = readers("percpu_rwlock", 36).at("ops_per_ms");
  EXPECT_GE(both * 100, one * 36 * 95);
  const auto write_wait = [](const std::string& lock) {
    return run_workload(haswell(), "lock_storm",
                        {{"threads", 8},
                         {"write_fraction", 1'000'000},
                         {"think", microseconds(1).ps},
                         {"duration", milliseconds(1).ps}},
                        {{"lock", lock}})
        .metrics.at("write_p50_wait_ns");
  };
  EXPECT_GT(write_wait("percpu_rwlock"), write_wait("fair_rwlock") * 3);
}

}  // namespace
}  // namespace hvsim
