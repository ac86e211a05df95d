// A scenario that is right, and what the readers say when a piece of it is changed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scenarios/run/decode.hpp"

namespace hvsim::reader {

// As if it lay beside the shipped scenarios, so that their machines are found.
inline const std::string file = HVSIM_SOURCE_DIR "/scenarios/try.json";

inline const std::string good = R"({
  "name": "try",
  "why": "to see what the reader says",
  "machine": "toy-2s4c",
  "prices": { "l3_hit": "25 ns" },
  "workload": { "kind": "lock_storm", "section": "100 ns" },
  "axes": {
    "threads": [1, 2, 4],
    "lock": ["word_rwlock", "percpu_rwlock"]
  },
  "seeds": [1, 2],
  "claims": [
    { "says": "it is faster", "source": "a test", "metric": "ops_per_ms",
      "at": { "threads": 4 },
      "of": { "lock": "percpu_rwlock" }, "over": { "lock": "word_rwlock" },
      "at_least": 1.5, "at_most": 4 }
  ]
})";

// `good` with one piece replaced.
inline std::string with(const std::string& piece, const std::string& replacement) {
  const std::size_t at = good.find(piece);
  EXPECT_NE(at, std::string::npos) << "not in the scenario: " << piece;
  return at == std::string::npos ? good : std::string(good).replace(at, piece.size(), replacement);
}

using Lines = std::vector<std::string>;

// Each problem's text, without the name of the scenario's file.
inline Lines problems_of(const BadInput& bad) {
  Lines lines;
  for (const Problem& problem : bad.problems()) {
    const std::string text = problem.text();
    lines.push_back(text.rfind(file + ":", 0) == 0 ? text.substr(file.size() + 1) : text);
  }
  return lines;
}

inline Lines problems(const std::string& text, const Overrides& overrides = {}) {
  try {
    read_scenario_text(text, file, overrides);
  } catch (const BadInput& bad) {
    return problems_of(bad);
  }
  return {};
}

}  // namespace hvsim::reader
