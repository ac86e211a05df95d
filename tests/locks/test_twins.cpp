// Each broken twin must be caught, by the rule it breaks; the correct algorithm in its place must
// not be. The programs are written so that the defect shows for certain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

struct alignas(line_bytes) FreshLine {
  Shared<std::uint64_t> word;
};

// Seven readers and a writer that come at ever other distances from each other. A reader stores to
// lines it does not have just before, so that its pointer becomes visible late.
std::optional<Finding> meet(Lab& lab) {
  for (unsigned n = 1; n < 8; ++n) {
    const auto fresh = lab.machine.memory().make_array<FreshLine>("fresh", 800, SocketId{0});
    lab.on(n, [&lab, n, fresh](Cpu& cpu) {
      for (std::size_t i = 0; i < fresh.size(); i += 4) {
        for (FreshLine& line : fresh.subspan(i, 4)) {
          cpu.store(line.word, 1);
        }
        lab.a->read_lock(cpu);
        cpu.compute(nanoseconds(1500));
        lab.a->read_unlock(cpu);
        cpu.compute(nanoseconds(400 + 7 * n));
        cpu.progress();
      }
    });
  }
  lab.on(0, [&](Cpu& cpu) {
    for (int i = 0; i < 100; ++i) {
      lab.a->write_lock(cpu);
      cpu.compute(nanoseconds(100));
      lab.a->write_unlock(cpu);
      cpu.compute(nanoseconds(411));
      cpu.progress();
    }
  });
  return lab.find();
}

std::optional<Finding> meet(const std::string& kind) {
  Lab lab(kind);
  return meet(lab);
}

// An algorithm without its own ghost checks, to see what a defect leads to in the end.
class Unchecked : public RwLockAlgorithm {
 public:
  explicit Unchecked(std::unique_ptr<RwLockAlgorithm> real) : real_(std::move(real)) {}
  bool read_lock(Cpu& cpu, RwLockWords& lock) override { return real_->read_lock(cpu, lock); }
  void read_unlock(Cpu& cpu, RwLockWords& lock) override { real_->read_unlock(cpu, lock); }
  bool write_lock(Cpu& cpu, RwLockWords& lock) override { return real_->write_lock(cpu, lock); }
  void write_unlock(Cpu& cpu, RwLockWords& lock) override { real_->write_unlock(cpu, lock); }
  bool write_locked(const RwLockWords& lock) const override { return real_->write_locked(lock); }
  void check(Cpu&, const RwLockWords&, bool) override {}

 private:
  std::unique_ptr<RwLockAlgorithm> real_;
};

std::optional<Finding> meet_unchecked(const std::string& kind) {
  Lab lab(kind);
  Unchecked unchecked(std::move(lab.algorithm));
  auto& words = lab.machine.memory().make<RwLockWords>("unchecked", SocketId{0});
  lab.a = std::make_unique<RwLock>("unchecked", words, unchecked, lab.machine);
  return meet(lab);
}

TEST(Twins, AReaderWithoutItsFenceIsInBeforeItCanBeSeen) {
  const auto finding = meet("percpu_rwlock_without_fence");
  expect_finding(finding, "GR-S2", "percpu_rwlock_check.cpp");
  EXPECT_FALSE(finding->verbs.empty());
  EXPECT_FALSE(meet("percpu_rwlock").has_value());
}

TEST(Twins, AReaderWithoutItsFenceMeetsAWriter) {
  expect_finding(meet_unchecked("percpu_rwlock_without_fence"), "GR-S1", "test_twins.cpp");
  EXPECT_FALSE(meet_unchecked("percpu_rwlock").has_value());
}

TEST(Twins, AWriterThatPollsBeforeItActivatesMeetsAReader) {
  expect_finding(meet("percpu_rwlock_polling_before_activating"), "GR-S1", "test_twins.cpp");
  EXPECT_FALSE(meet("percpu_rwlock_over_word").has_value());
}

// A reader that comes `after` the writer, who waits for another reader. It must be seen with its
// pointer set when the writer first looks, which is why a test tries many distances.
std::optional<Finding> come_after_a_writer(const std::string& kind, Duration after) {
  Lab lab(kind);
  lab.on(0, [&](Cpu& cpu) {
    lab.a->read_lock(cpu);
    cpu.compute(microseconds(5));
    lab.a->read_unlock(cpu);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.a->write_lock(cpu);
    lab.a->write_unlock(cpu);
  });
  lab.on(5, [&, after](Cpu& cpu) {
    cpu.compute(microseconds(1) + after);
    lab.a->read_lock(cpu);
    lab.a->read_unlock(cpu);
  });
  return lab.find();
}

std::optional<Finding> come_at_many_distances(const std::string& kind) {
  for (Duration after{}; after < microseconds(2); after += nanoseconds(20)) {
    if (const auto finding = come_after_a_writer(kind, after)) {
      return finding;
    }
  }
  return std::nullopt;
}

TEST(Twins, AReaderThatKeepsItsPointerWhileItQueuesDeadlocksWithTheWriter) {
  const auto finding = come_at_many_distances("percpu_rwlock_keeping_pointer");
  expect_finding(finding, "deadlock", "rwlock.cpp");
  EXPECT_TRUE(finding->pcpu == PcpuId{1} || finding->pcpu == PcpuId{5});
  // The dump says that the writer waits for a fast reader, and who that is.
  EXPECT_THAT(finding->verbs, testing::Contains(testing::AllOf(
                                  testing::HasSubstr("pcpu 1 waits for a fast reader"),
                                  testing::HasSubstr("held by pcpu 5"))));
  EXPECT_FALSE(come_at_many_distances("percpu_rwlock").has_value());
}

std::optional<Finding> read_after_a_writer(const std::string& kind) {
  Lab lab(kind);
  lab.on(0, [&](Cpu& cpu) {
    lab.a->write_lock(cpu);
    lab.a->write_unlock(cpu);
  });
  lab.on(6, [&](Cpu& cpu) {
    cpu.compute(microseconds(3));
    lab.a->read_lock(cpu);
    lab.a->read_unlock(cpu);
  });
  return lab.find();
}

TEST(Twins, AWriterBitThatStaysKeepsTheNextReaderOutForEver) {
  const auto finding = read_after_a_writer("word_rwlock_without_writer_bit_clear");
  expect_finding(finding, "deadlock", "word_rwlock.cpp");
  EXPECT_EQ(finding->pcpu, PcpuId{6});
  EXPECT_FALSE(read_after_a_writer("word_rwlock").has_value());
}

}  // namespace
}  // namespace hvsim
