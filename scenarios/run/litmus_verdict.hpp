// What was seen of a litmus test against what is allowed.
//
//   forbidden  seen, though not in the test's set; without a set, though its verdict says that no
//              such final state comes.
//   missing    in the set and not seen. Only a search must see all; of drawn, timed and host runs
//              it says how far they got.
// A set is the test's `allowed`, or `sc` for that model. `allowed` stands in for an `sc` that is
// not given: it holds all that may come, so nothing is missing then. Of the host nobody knows how
// it loads what a waiting store has in part, so its set is `merging` if there is one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run/exit_code.hpp"
#include "scenarios/run/litmus_search.hpp"

namespace hvsim {

enum class LitmusMode : std::uint8_t { exhaustive, random, timed, host };

struct LitmusVerdict {
  std::string name;
  LitmusSeen seen;
  std::vector<LitmusOutcome> forbidden{};
  std::vector<LitmusOutcome> missing{};
  std::string condition{};  // what came of the test's question, in words; "": none was asked
  bool complete = false;    // nothing is missing from a set that was given
  bool ok = false;
};

LitmusVerdict judge_litmus(const LitmusTest& test, LitmusSeen seen, LitmusModel model,
                           LitmusMode mode);

// Three for a forbidden outcome, one for any other that is not ok.
ExitCode exit_code_of(const std::vector<LitmusVerdict>& verdicts);

// For programs, and for people.
std::string litmus_json(const std::vector<LitmusVerdict>& verdicts, LitmusMode mode);
std::string litmus_table(const std::vector<LitmusVerdict>& verdicts, LitmusModel model,
                         LitmusMode mode);

}  // namespace hvsim
