// A run that goes wrong ends in the same finding, to the picosecond, on both engines.
#include <gtest/gtest.h>

#include "sim/base/random.hpp"
#include "sim/time/s4u_engine.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

std::string text_of(const Finding& finding) {
  std::string text = finding.rule + ": " + finding.what + "\nat " + std::to_string(finding.at.ps) +
                     " pcpu " + std::to_string(finding.pcpu.n) + " " + finding.place;
  for (const std::string& verb : finding.verbs) {
    text += "\n" + verb;
  }
  return text;
}

// Each pCPU does a little of everything and then waits for a word that nobody ever writes: asleep,
// or polling two words, which cannot be slept through.
std::string end_of(std::uint64_t seed, const EngineMaker& make_engine, bool step, bool polls) {
  RunOptions options;
  options.seed = seed;
  options.make_engine = make_engine;
  options.step_every_verb = step;
  options.no_progress_after = microseconds(20);
  Rig rig(unloaded_toy(), options);
  Word& never = rig.word("never");
  Word& busy = rig.word("busy");
  for (unsigned pcpu = 0; pcpu < 6; ++pcpu) {
    rig.on(pcpu, [&, pcpu](Cpu& cpu) {
      Random random(seed, pcpu);
      for (std::int64_t turn = random.below(20); turn > 0; --turn) {
        cpu.load(never);
        cpu.compute(Duration{random.below(50'000)});
        cpu.fetch_add(busy, 1);
        cpu.progress();
      }
      cpu.waits_for("a word", PcpuId{static_cast<std::uint32_t>(random.below(6))});
      while (cpu.load(never) == 0) {
        if (polls) {
          cpu.load(busy);
        }
        cpu.relax();
      }
    });
  }
  try {
    rig.run();
  } catch (const RuleViolated& violated) {
    return text_of(violated.finding());
  }
  return "the run came to an end";
}

TEST(FindingsAgree, OnADeadlock) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::string reference = end_of(seed, make_s4u_engine, false, false);
    ASSERT_TRUE(reference.starts_with("deadlock: ")) << reference;
    ASSERT_EQ(end_of(seed, make_fiber_engine, false, false), reference) << "seed " << seed;
    ASSERT_EQ(end_of(seed, make_fiber_engine, true, false), reference) << "seed " << seed;
  }
}

TEST(FindingsAgree, OnARunWithoutProgress) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::string reference = end_of(seed, make_s4u_engine, false, true);
    ASSERT_TRUE(reference.starts_with("no progress: ")) << reference;
    ASSERT_EQ(end_of(seed, make_fiber_engine, false, true), reference) << "seed " << seed;
    ASSERT_EQ(end_of(seed, make_fiber_engine, true, true), reference) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hvsim
