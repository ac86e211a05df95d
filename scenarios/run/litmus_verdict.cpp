#include "scenarios/run/litmus_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/run/grid.hpp"
#include "scenarios/run/json_writer.hpp"

namespace hvsim {
namespace {

const char* mode_name(LitmusMode mode) {
  switch (mode) {
    case LitmusMode::exhaustive:
      return "exhaustive";
    case LitmusMode::random:
      return "random";
    case LitmusMode::timed:
      return "timed";
    case LitmusMode::host:
      return "host";
  }
  return "";
}

bool contains(const std::vector<LitmusOutcome>& sorted, const LitmusOutcome& outcome) {
  return std::binary_search(sorted.begin(), sorted.end(), outcome);
}

// How many of the final states have the property that the test asks about.
std::size_t matching(const LitmusTest& test, const LitmusOutcomes& outcomes) {
  std::size_t count = 0;
  for (const auto& [outcome, times] : outcomes) {
    count += test.condition->holds(outcome) ? 1 : 0;
  }
  return count;
}

std::string condition_text(const LitmusTest& test, const LitmusOutcomes& outcomes) {
  const std::size_t count = matching(test, outcomes);
  const bool came = test.for_all ? count == outcomes.size() : count > 0;
  return fmt::format("{} {}", test.for_all ? "holds" : "seen", came ? "yes" : "no");
}

// With no set: final states that contradict the verdict.
std::vector<LitmusOutcome> contradicting(const LitmusTest& test, const LitmusOutcomes& outcomes) {
  std::vector<LitmusOutcome> found;
  const bool none_may_hold = !test.for_all && test.verdict == false;
  const bool all_must_hold = test.for_all && test.verdict == true;
  for (const auto& [outcome, times] : outcomes) {
    const bool holds = test.condition->holds(outcome);
    if ((none_may_hold && holds) || (all_must_hold && !holds)) {
      found.push_back(outcome);
    }
  }
  return found;
}

// With no set: whether a search has seen the final state that the verdict promises.
bool promise_kept(const LitmusTest& test, const LitmusOutcomes& outcomes) {
  const std::size_t count = matching(test, outcomes);
  if (!test.for_all && test.verdict == true) {
    return count > 0;
  }
  return !test.for_all || test.verdict != false || count < outcomes.size();
}

std::string states_text(const std::vector<LitmusOutcome>& outcomes) {
  std::string text;
  for (const LitmusOutcome& outcome : outcomes) {
    text += fmt::format("{}[{}]", text.empty() ? "" : " ", fmt::join(outcome, " "));
  }
  return text;
}

void write_states(JsonWriter& json, const char* key, const std::vector<LitmusOutcome>& outcomes) {
  json.key(key);
  json.begin_array(true);
  for (const LitmusOutcome& outcome : outcomes) {
    json.begin_array(true);
    for (const std::int64_t value : outcome) {
      json.value(value);
    }
    json.end_array();
  }
  json.end_array();
}

std::string result_text(const LitmusVerdict& verdict, LitmusMode mode) {
  if (!verdict.forbidden.empty()) {
    return "FORBIDDEN " + states_text(verdict.forbidden);
  }
  if (!verdict.ok) {
    return "MISSING " + states_text(verdict.missing);
  }
  if (verdict.missing.empty()) {
    return verdict.complete ? "all that is allowed" : "ok";
  }
  return mode == LitmusMode::exhaustive ? "ok"
                                        : fmt::format("{} not seen", verdict.missing.size());
}

}  // namespace

LitmusVerdict judge_litmus(const LitmusTest& test, LitmusSeen seen, LitmusModel model,
                           LitmusMode mode) {
  LitmusVerdict verdict;
  const bool has_set = model == LitmusModel::sc ? test.sc.has_value() : test.allowed.has_value();
  const auto& may = model == LitmusModel::sc && test.sc        ? test.sc
                    : mode == LitmusMode::host && test.merging ? test.merging
                                                               : test.allowed;
  bool promised = true;
  if (may) {
    for (const auto& [outcome, times] : seen.outcomes) {
      if (!contains(*may, outcome)) {
        verdict.forbidden.push_back(outcome);
      }
    }
  } else if (test.condition) {
    verdict.forbidden = contradicting(test, seen.outcomes);
    promised = model == LitmusModel::sc || promise_kept(test, seen.outcomes);
  }
  for (std::size_t i = 0; has_set && i < may->size(); ++i) {
    if (!seen.outcomes.contains((*may)[i])) {
      verdict.missing.push_back((*may)[i]);
    }
  }
  verdict.name = test.name;
  verdict.condition = test.condition ? condition_text(test, seen.outcomes) : "";
  verdict.complete = has_set && verdict.missing.empty();
  const bool all_came = mode != LitmusMode::exhaustive || (verdict.missing.empty() && promised);
  verdict.ok = verdict.forbidden.empty() && all_came;
  verdict.seen = std::move(seen);
  return verdict;
}

ExitCode exit_code_of(const std::vector<LitmusVerdict>& verdicts) {
  ExitCode code = ExitCode::passed;
  for (const LitmusVerdict& verdict : verdicts) {
    if (!verdict.forbidden.empty()) {
      return ExitCode::defect;
    }
    code = verdict.ok ? code : ExitCode::failed;
  }
  return code;
}

std::string litmus_json(const std::vector<LitmusVerdict>& verdicts, LitmusMode mode) {
  JsonWriter json;
  json.begin_object();
  json.key("tests");
  json.begin_array();
  for (const LitmusVerdict& verdict : verdicts) {
    json.begin_object();
    json.member("name", verdict.name);
    json.member("mode", mode_name(mode));
    json.member("runs", verdict.seen.runs);
    json.member("seen", std::uint64_t{verdict.seen.outcomes.size()});
    write_states(json, "forbidden", verdict.forbidden);
    write_states(json, "missing", verdict.missing);
    json.member("ok", verdict.ok);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.text();
}

std::string litmus_table(const std::vector<LitmusVerdict>& verdicts, LitmusModel model,
                         LitmusMode mode) {
  const bool searched = mode == LitmusMode::exhaustive;
  Grid grid{{{"test", false}, {"runs", true}}, {}};
  if (searched) {
    grid.columns.push_back({"states", true});
  }
  for (const char* title : {"seen", "condition", "result"}) {
    grid.columns.push_back({title, std::string(title) == "seen"});
  }
  std::uint64_t runs = 0;
  std::uint64_t states = 0;
  std::size_t complete = 0;
  std::size_t forbidden = 0;
  std::size_t ok = 0;
  for (const LitmusVerdict& verdict : verdicts) {
    std::vector<std::string> row = {one_line(verdict.name), std::to_string(verdict.seen.runs)};
    if (searched) {
      row.push_back(std::to_string(verdict.seen.states));
    }
    row.push_back(std::to_string(verdict.seen.outcomes.size()));
    row.push_back(verdict.condition);
    row.push_back(result_text(verdict, mode));
    grid.rows.push_back(std::move(row));
    runs += verdict.seen.runs;
    states += verdict.seen.states;
    complete += verdict.complete ? 1 : 0;
    forbidden += verdict.forbidden.empty() ? 0 : 1;
    ok += verdict.ok ? 1 : 0;
  }
  return aligned_text(grid) +
         fmt::format(
             "\n{} ({}): {} of {} tests ok, {} complete, {} with a forbidden outcome; "
             "{} runs{}\n",
             mode_name(mode), model == LitmusModel::sc ? "sc" : "tso", ok, verdicts.size(),
             complete, forbidden, runs, searched ? fmt::format(", {} states", states) : "");
}

}  // namespace hvsim
