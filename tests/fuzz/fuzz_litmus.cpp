// Packs of litmus tests from nowhere: each is accepted or refused with a reason, and of an
// accepted test every index is within its list and every set of final states is sorted, without
// repeats.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run/litmus_reader.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using hvsim::LitmusOutcome;
using hvsim::LitmusTest;
using hvsim::fuzz::require;

void check_threads(const LitmusTest& test) {
  for (const hvsim::LitmusThread& thread : test.threads) {
    for (const hvsim::LitmusOp& op : thread.ops) {
      const bool fits = op.bytes > 0 && op.offset % op.bytes == 0 && op.offset + op.bytes <= 8;
      require(fits, "a part of a cell");
      require(op.kind == hvsim::LitmusOp::Kind::mfence || op.location < test.locations.size(),
              "a location");
      for (const hvsim::LitmusOperand& operand : {op.value, op.expected}) {
        const auto registers = static_cast<std::int64_t>(thread.registers.size());
        require(!operand.is_register || (operand.value >= 0 && operand.value < registers),
                "a register");
      }
    }
  }
}

void check_outcomes(const LitmusTest& test,
                    const std::optional<std::vector<LitmusOutcome>>& outcomes) {
  if (!outcomes) {
    return;
  }
  require(std::is_sorted(outcomes->begin(), outcomes->end()), "sorted final states");
  require(std::adjacent_find(outcomes->begin(), outcomes->end()) == outcomes->end(), "no repeats");
  for (const LitmusOutcome& outcome : *outcomes) {
    require(outcome.size() == test.observed.size(), "a value for each that is observed");
    if (test.condition) {
      test.condition->holds(outcome);
    }
  }
}

void try_out(const std::string& text) {
  for (const LitmusTest& test : hvsim::read_litmus_text(text, "fuzz.json")) {
    require(test.init.size() == test.locations.size(), "a first value for each location");
    for (const hvsim::LitmusObserved& observed : test.observed) {
      require(!observed.is_register
                  ? observed.index < test.locations.size()
                  : observed.thread < test.threads.size() &&
                        observed.index < test.threads[observed.thread].registers.size(),
              "something to observe");
    }
    check_threads(test);
    check_outcomes(test, test.allowed);
    check_outcomes(test, test.sc);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hvsim::fuzz::accept_or_refuse(data, size, try_out);
  return 0;
}
