// The packs of litmus tests beside this file, and small tests of the tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/run/litmus_reader.hpp"
#include "scenarios/run/litmus_verdict.hpp"

namespace hvsim::litmus {

inline const std::vector<LitmusTest>& public_pack() {
  static const std::vector<LitmusTest> tests =
      read_litmus_file(HVSIM_SOURCE_DIR "/tests/litmus/public.json");
  return tests;
}

inline const std::vector<LitmusTest>& own_pack() {
  static const std::vector<LitmusTest> tests =
      read_litmus_file(HVSIM_SOURCE_DIR "/tests/litmus/own.json");
  return tests;
}

// One test: its name is "t", and this is the rest of it.
inline LitmusTest one(const std::string& rest) {
  return read_litmus_text(R"({"tests": [{"name": "t", )" + rest + "}]}", "pack").at(0);
}

inline const std::string store_buffering =
    R"("threads": [["store x 1", "load y r0"], ["store y 1", "load x r0"]])";

inline std::vector<LitmusOutcome> outcomes_of(const LitmusSeen& seen) {
  std::vector<LitmusOutcome> outcomes;
  for (const auto& [outcome, times] : seen.outcomes) {
    outcomes.push_back(outcome);
  }
  return outcomes;
}

}  // namespace hvsim::litmus
