// A finding told as an interleaving: what each pCPU did on the lines involved, in order.
//
// The lines involved are the finding's own and those through which pCPUs talk to each other: in
// the whole run at least two touched it, and one wrote it. Involved are the pCPU of the finding
// and those that touched its line since that pCPU last got something done; if a run hangs, all
// that still run. It begins where the first of them began what it was at. If nobody has touched
// the line since, because the rule is one for the end of a run, the line's whole story is told.
// Turns of a wait loop are told once, with how many there were.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/run/hostile_run.hpp"

namespace hvsim {

struct ToldStep {
  Time at{};
  PcpuId pcpu{};
  std::string what;          // "load activating = 0"
  std::string place;         // "percpu_rwlock.cpp:41"; "" if none
  bool by_schedule = false;  // somebody is held up here
};

struct Interleaving {
  std::vector<PcpuId> pcpus;  // the columns
  std::vector<ToldStep> steps;
  std::vector<std::pair<std::string, std::string>> words;  // short name, whole name
  std::size_t left_out = 0;                                // steps before the first one told
};

// At most so many steps are told: the last ones.
inline constexpr std::size_t most_told_steps = 60;

Interleaving interleaving_of(const Story& story, const Finding& finding);

// As a table of at most `wide` columns, the broken rule below it.
std::string interleaving_text(const Interleaving& interleaving, const Finding& finding,
                              std::size_t wide = 118);

}  // namespace hvsim
