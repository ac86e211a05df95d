// A processor that has another one do its verbs.
#include <gtest/gtest.h>

#include "sim/hw/forwarding_cpu.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

class Visitor final : public ForwardingCpu {
 public:
  explicit Visitor(Cpu& cpu) : ForwardingCpu(PcpuId{77}), cpu_(cpu) {}
  unsigned verbs = 0;

 private:
  Cpu& on() override {
    ++verbs;
    return cpu_;
  }
  Cpu& now_on() const override { return cpu_; }

  Cpu& cpu_;
};

// One of every verb, on a word of its own and on one that another pCPU takes away now and then.
void every_verb(Cpu& cpu, Word& word) {
  cpu.store(word, cpu.load(word) + 1);
  cpu.fetch_add(word, 5);
  cpu.relax();
  cpu.relax_until_interrupt();
  cpu.fence();
  cpu.compute(ns(70));
  const Duration left = cpu.compute_until_interrupt(ns(5'000));
  cpu.xchg(word, static_cast<std::uint64_t>(left.ps));
  cpu.copy(64, 4096, 256);
  cpu.clear(64, 128);
  cpu.copy_words(&word, &word, 1, 1);
  cpu.hypercall();
  cpu.syscall();
  cpu.sysret();
  cpu.write_cr3(2 * page_bytes, Pcid{1}, true);
  cpu.translate(0);
  cpu.invlpg(0);
  cpu.flush_tlb_all();
  cpu.flush_tlb();
  cpu.set_timer(Time::never());
  cpu.end_of_interrupt();
  cpu.send_ipi(PcpuSet{}, Vector::call_function);
  cpu.set_interrupts(false);
  cpu.set_interrupts(true);
  cpu.take_interrupts();
  cpu.halt(cpu.now() + ns(100));
  cpu.ghost_point();
  cpu.progress();
}

std::uint64_t digest_of_every_verb(bool forwarded) {
  Rig rig;
  Word& word = rig.word("word");
  rig.machine.memory().reserve("pages", 3 * page_bytes, SocketId{0});
  rig.machine.on_interrupt(Vector::event_check, [](Cpu&) {});
  rig.on(0, [&](Cpu& cpu) {
    if (forwarded) {
      Visitor visitor(cpu);
      every_verb(visitor, word);
      EXPECT_EQ(visitor.verbs, 27u);
      EXPECT_EQ(visitor.now(), cpu.now());
    } else {
      every_verb(cpu, word);
    }
  });
  rig.on(5, [&](Cpu& cpu) {
    PcpuSet first;
    first.add(PcpuId{0});
    cpu.compute(ns(600));
    cpu.send_ipi(first, Vector::event_check);
    cpu.fetch_add(word, 1);
  });
  rig.run();
  return rig.machine.digest();
}

TEST(ForwardingCpu, VerbsOfAForwarderAreThoseOfTheProcessorThatDoesThem) {
  EXPECT_EQ(digest_of_every_verb(true), digest_of_every_verb(false));
}

TEST(ForwardingCpu, HasANumberOfItsOwnAndReportsThroughTheProcessor) {
  Rig rig;
  Word& word = rig.word("word");
  rig.on(3, [&](Cpu& cpu) {
    Visitor visitor(cpu);
    EXPECT_EQ(visitor.id(), PcpuId{77});
    visitor.violated("rule", "what", &word, Where::here());
  });
  try {
    rig.run();
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().pcpu, PcpuId{3});
  }
}

}  // namespace
}  // namespace hvsim
