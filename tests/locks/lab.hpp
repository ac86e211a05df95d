// A toy machine with one class of reader-writer locks, for small programs written out pCPU by
// pCPU.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "models/hypervisor/locks/rwlock.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

class Lab {
 public:
  explicit Lab(const std::string& kind, std::uint64_t seed = 1)
      : machine(toy_machine(), options(seed)), algorithm(make_rwlock(kind, "test", machine)) {
    a = make_lock("a");
    b = make_lock("b");
  }

  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, std::move(body));
  }
  void run() { machine.run(); }
  // Runs and returns the finding that ended the run, if one did.
  std::optional<Finding> find() {
    try {
      machine.run();
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }

  Machine machine;
  std::unique_ptr<RwLockAlgorithm> algorithm;
  std::unique_ptr<RwLock> a;
  std::unique_ptr<RwLock> b;

 private:
  static RunOptions options(std::uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    options.no_progress_after = microseconds(100);
    return options;
  }
  std::unique_ptr<RwLock> make_lock(const std::string& name) {
    auto& words = machine.memory().make<RwLockWords>(name, SocketId{0});
    return std::make_unique<RwLock>(name, words, *algorithm, machine);
  }
};

// What every finding must name: its rule, an instant, a pCPU and a place in a source file.
inline void expect_finding(const std::optional<Finding>& finding, const std::string& rule,
                           const std::string& file) {
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(finding->rule, rule) << finding->what;
  EXPECT_GT(finding->at, Time{});
  EXPECT_LT(finding->pcpu.n, 8u);
  const std::size_t at = finding->place.find(file + ":");
  ASSERT_NE(at, std::string::npos) << finding->place;
  EXPECT_GT(std::stoi(finding->place.substr(at + file.size() + 1)), 0);
  EXPECT_FALSE(finding->what.empty());
}

}  // namespace hvsim
