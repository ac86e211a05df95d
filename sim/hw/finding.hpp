// A finding: an algorithm did what its rules forbid. It is a result, not a crash.
//
// Thrown out of the strand that noticed, it ends the run; the report names the rule, the instant,
// the pCPU, the place in the algorithm, and the last verbs that touched the line in question.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/where.hpp"

namespace hvsim {

struct Finding {
  std::string rule;  // "GR-S1", "deadlock", "no progress"
  std::string what;  // one sentence
  Time at{};
  PcpuId pcpu{};
  std::string place;               // file:line in the algorithm
  std::vector<std::string> verbs;  // oldest first, a line each
  std::optional<LineId> line{};    // of the word in question, if there is one
};

class RuleViolated : public std::runtime_error {
 public:
  explicit RuleViolated(Finding finding)
      : std::runtime_error(finding.rule + ": " + finding.what), finding_(std::move(finding)) {}
  const Finding& finding() const { return finding_; }

 private:
  Finding finding_;
};

}  // namespace hvsim
