// What a copy of 4 KiB comes to on the machine of the headline, by where its lines are. No price
// says so: it follows from the prices of lines and the misses that a core keeps in flight. To hold
// it against there are figures derived from published bandwidths, with wide bands.
#include <gtest/gtest.h>

#include "scenarios/probes/bench.hpp"
#include "scenarios/run/machine_files.hpp"

namespace hvsim::probes {
namespace {

constexpr std::int64_t lines = page_bytes / line_bytes;

struct Pages {
  Row from;
  Row to;
  void copy(Cpu& cpu) const { cpu.copy(to.first, from.first, page_bytes); }
};

void touch(Cpu& cpu, const Row& row) {
  for (std::int64_t line = 0; line < row.lines; ++line) {
    cpu.load(row[line]);
  }
}

class CopyOfAPage : public testing::Test {
 protected:
  MachineSpec spec_ = read_machine(HVSIM_SOURCE_DIR "/models/machines/haswell-ep-2s18c.json");
  Machine machine_{spec_, RunOptions{}};
  Bench bench_{machine_, spec_};
  Pages pages_{bench_.row(lines), bench_.row(lines)};

  Duration copy(const Program& before = {}) {
    return bench_.time(
        bench_.core(0), [this](Cpu& cpu) { pages_.copy(cpu); }, before);
  }
};

TEST_F(CopyOfAPage, BetweenPagesInTheOwnCachesTakes75To130Nanoseconds) {
  const Duration took = copy([this](Cpu& cpu) { pages_.copy(cpu); });
  EXPECT_GE(took, nanoseconds(75));
  EXPECT_LE(took, nanoseconds(130));
}

TEST_F(CopyOfAPage, BetweenPagesInTheL3Takes200To300Nanoseconds) {
  const Row others = bench_.row(2 * static_cast<std::int64_t>(spec_.l2.bytes / line_bytes));
  const Duration took = copy([&](Cpu& cpu) {
    pages_.copy(cpu);
    touch(cpu, others);  // drives both pages out of L2
  });
  EXPECT_GE(took, nanoseconds(200));
  EXPECT_LE(took, nanoseconds(300));
}

TEST_F(CopyOfAPage, FromMemoryIntoThePageLastUsedTakes400To800Nanoseconds) {
  const Duration took = copy([this](Cpu& cpu) { cpu.clear(pages_.to.first, page_bytes); });
  EXPECT_GE(took, nanoseconds(400));
  EXPECT_LE(took, nanoseconds(800));
}

TEST_F(CopyOfAPage, OfAPageThatTheOtherSocketHasJustWrittenTakes450To700Nanoseconds) {
  bench_.step(bench_.core(0, 1), [this](Cpu& cpu) { cpu.clear(pages_.from.first, page_bytes); });
  const Duration took = copy([this](Cpu& cpu) { cpu.clear(pages_.to.first, page_bytes); });
  EXPECT_GE(took, nanoseconds(450));
  EXPECT_LE(took, nanoseconds(700));
}

}  // namespace
}  // namespace hvsim::probes
