// A toy host with two PV domains and their L4s, for programs written out pCPU by pCPU. A worker
// stands for what runs on a pCPU: the guest and the hypervisor below it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/hypervisor/shadow/catalog.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

class ShadowLab {
 public:
  static constexpr unsigned tables = 10;  // of each domain
  using Make =
      std::function<std::unique_ptr<L4Loader>(Host&, CrossCall&, L4Frames&, const LoaderOptions&)>;

  explicit ShadowLab(const std::string& kind, const LoaderOptions& options = {},
                     unsigned vcpus = 2)
      : ShadowLab(
            [kind](Host& host, CrossCall& by, L4Frames& l4s, const LoaderOptions& how) {
              return make_l4_loader(kind, host, by, l4s, how);
            },
            options, vcpus) {}
  explicit ShadowLab(const Make& make, const LoaderOptions& options = {}, unsigned vcpus = 2)
      : machine(toy_machine(), run_options()),
        calls(machine),
        frames(machine),
        loader(make(machine, calls, frames, options)),
        a(machine, DomainId{1}, vcpus, SocketId{0}),
        b(machine, DomainId{2}, vcpus, SocketId{0}),
        a_first(frames.allocate("a.l4", tables, SocketId{0})),
        b_first(frames.allocate("b.l4", tables, SocketId{1})) {
    for (unsigned i = 0; i < tables; ++i) {
      for (unsigned slot : {0u, 1u, 256u, 257u, 258u, 511u}) {
        frames.entry(l4_of_a(i), slot).poke(entry(1, i, slot));
        frames.entry(l4_of_b(i), slot).poke(entry(2, i, slot));
      }
    }
  }

  static std::uint64_t entry(unsigned domain, unsigned number, unsigned slot) {
    return (std::uint64_t{domain} << 40) + (std::uint64_t{number} << 28) +
           (std::uint64_t{slot} << 12) + 1;
  }
  Address l4_of_a(unsigned i) const { return a_first + i * page_bytes; }
  Address l4_of_b(unsigned i) const { return b_first + i * page_bytes; }
  // Tables 2p and 2p + 1 are those of process p.
  L4Tables process_of_a(unsigned p) const { return {l4_of_a(2 * p), l4_of_a(2 * p + 1), true}; }
  L4Tables process_of_b(unsigned p) const { return {l4_of_b(2 * p), l4_of_b(2 * p + 1), true}; }

  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, [this, body = std::move(body)](Cpu& cpu) {
      if (cpu.id().n == first_) {
        validate(cpu);
      } else {
        cpu.compute(nanoseconds(1));
      }
      body(cpu);
    });
    first_ = std::min(first_, pcpu);
  }
  // Runs to the end, then looks at everything once more. The finding, if there was one.
  std::optional<Finding> find() {
    try {
      machine.run();
      loader->check(machine.cpu(PcpuId{0}));
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }
  // The same for a program that must break no rule.
  void run() {
    const std::optional<Finding> finding = find();
    ASSERT_FALSE(finding.has_value())
        << finding->rule << ": " << finding->what << " at " << finding->place;
  }
  Address live(unsigned pcpu) const { return loader->live(PcpuId{pcpu}); }

  Machine machine;
  CrossCall calls;
  L4Frames frames;
  std::unique_ptr<L4Loader> loader;
  PvDomainTables a;
  PvDomainTables b;
  Address a_first;
  Address b_first;

 private:
  static RunOptions run_options() {
    RunOptions options;
    options.no_progress_after = milliseconds(1);
    return options;
  }
  void validate(Cpu& cpu) {
    for (unsigned i = 0; i < tables; ++i) {
      loader->typed(cpu, a, l4_of_a(i));
      loader->typed(cpu, b, l4_of_b(i));
    }
  }

  unsigned first_ = ~0u;
};

inline void expect_rule(const std::optional<Finding>& finding, const std::string& rule,
                        const std::string& says = "") {
  ASSERT_TRUE(finding.has_value()) << "no finding, " << rule << " expected";
  EXPECT_EQ(finding->rule, rule) << finding->what;
  EXPECT_NE(finding->what.find(says), std::string::npos) << finding->what;
  EXPECT_NE(finding->place.find(".cpp:"), std::string::npos) << finding->place;
}

}  // namespace hvsim
