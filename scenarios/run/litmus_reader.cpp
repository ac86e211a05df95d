// The pack, its tests, and what is expected of them. Operations: litmus_op_reader.cpp.
#include "scenarios/run/litmus_reader.hpp"

#include <algorithm>
#include <set>

#include "scenarios/run/litmus_op_reader.hpp"
#include "scenarios/run/node.hpp"
#include "scenarios/run/suggest.hpp"
#include "scenarios/run/text_file.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

std::span<const Key> pack_keys() {
  static constexpr Key keys[] = {
      {"format", false, "xlitmus-1"},
      {"model", false, "the memory model that the sets are of"},
      {"half", false, "which part of a larger pack this is"},
      {"count", false, "how many tests there are"},
      {"tests", true, "the tests"},
  };
  return keys;
}

std::span<const Key> test_keys() {
  static constexpr Key keys[] = {
      {"name", true, "the test's name"},
      {"source", false, "where it comes from"},
      {"note", false, "what it shows"},
      {"same_as", false, "names of identical tests"},
      {"init", false, "what locations hold at first; 0 where nothing is said"},
      {"threads", true, "a list of operations for each thread"},
      {"condition", false, "what is asked of a final state"},
      {"condition_text", false, "the same for people"},
      {"quantifier", false, "exists or forall"},
      {"verdict", false, "allowed or forbidden; holds or fails"},
      {"observed", false, "which values a final state is made of"},
      {"allowed", false, "all final states under x86-TSO"},
      {"sc", false, "those that need no store buffer"},
      {"merging", false, "those and others of processors that merge waiting stores with memory"},
      {"tso_only", false, "how many do"},
      {"oracles", false, "who worked the sets out"},
      {"machine_states", false, "states of the abstract machine"},
      {"min_outcome_probability", false, "of the rarest final state in a random walk"},
      {"published", false, "the verdict in the literature"},
  };
  return keys;
}

std::optional<std::int64_t> read_number(const Node& node) {
  if (node.json().kind != JsonValue::Kind::number) {
    node.complain(std::string("expected a whole number, found ") + kind_name(node.json().kind));
    return std::nullopt;
  }
  const Measure value = parse_whole(node.json().text);
  if (!value.ok()) {
    node.complain(value.error);
    return std::nullopt;
  }
  return value.value;
}

bool few_enough(const Node& node, std::size_t most, const char* what) {
  if (node.size() > most) {
    node.complain("expected at most " + std::to_string(most) + " " + what + ", found " +
                  std::to_string(node.size()));
  }
  return node.size() <= most;
}

class TestReader {
 public:
  explicit TestReader(const Node& node) : node_(node) {}

  LitmusTest read() {
    node_.has_keys(test_keys());
    if (const auto name = node_.find("name")) {
      test_.name = name->text("a name").value_or("");
    }
    read_init();
    read_threads();
    if (test_.locations.size() > LitmusLimits::most_locations) {
      node_.complain("expected at most " + std::to_string(LitmusLimits::most_locations) +
                     " locations, found " + std::to_string(test_.locations.size()));
    }
    read_observed();
    read_condition();
    test_.allowed = read_outcomes("allowed");
    test_.sc = read_outcomes("sc");
    test_.merging = read_outcomes("merging");
    return std::move(test_);
  }

 private:
  void read_init() {
    const auto init = node_.find("init");
    if (!init || !init->is_object()) {
      return;
    }
    if (!few_enough(*init, LitmusLimits::most_locations, "locations")) {
      return;
    }
    for (std::size_t i = 0; i < init->size(); ++i) {
      if (!is_litmus_location(init->key(i))) {
        init->complain_at_key(i,
                              "expected a location such as x, found " + in_quotes(init->key(i)));
      } else {
        test_.locations.push_back(init->key(i));
        test_.init.push_back(read_number(init->item(i)).value_or(0));
      }
    }
  }

  void read_threads() {
    const auto threads = node_.find("threads");
    if (!threads || !threads->is_array()) {
      return;
    }
    if (threads->size() == 0) {
      threads->complain("expected a thread at least");
    }
    if (!few_enough(*threads, LitmusLimits::most_threads, "threads")) {
      return;
    }
    for (std::size_t t = 0; t < threads->size(); ++t) {
      test_.threads.emplace_back();
      read_ops(threads->item(t), test_.threads.back());
    }
  }

  void read_ops(const Node& ops, LitmusThread& thread) {
    if (!ops.is_array() || !few_enough(ops, LitmusLimits::most_ops, "operations")) {
      return;
    }
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (const auto text = ops.item(i).text("an operation")) {
        if (std::string error = read_litmus_op(*text, test_, thread); !error.empty()) {
          ops.item(i).complain(std::move(error));
        }
      }
    }
  }

  void observe(const LitmusObserved& what, const std::string& name) {
    test_.observed.push_back(what);
    test_.observed_names.push_back(name);
  }

  static bool writes_register(const LitmusThread& thread, unsigned index) {
    return std::any_of(thread.ops.begin(), thread.ops.end(), [&](const LitmusOp& op) {
      const bool writes = op.kind != LitmusOp::Kind::store && op.kind != LitmusOp::Kind::mfence &&
                          op.kind != LitmusOp::Kind::lockadd;
      return writes && op.result == index;
    });
  }

  void observe_all() {
    for (unsigned t = 0; t < test_.threads.size(); ++t) {
      const LitmusThread& thread = test_.threads[t];
      std::vector<std::string> names = thread.registers;
      std::sort(names.begin(), names.end());
      for (const std::string& name : names) {
        const unsigned index = index_in(test_.threads[t].registers, name);
        if (writes_register(thread, index)) {
          observe({true, t, index}, std::to_string(t) + ":" + name);
        }
      }
    }
    std::vector<std::string> names = test_.locations;
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      observe({false, 0, index_in(test_.locations, name)}, name);
    }
  }

  void read_observed() {
    const auto observed = node_.find("observed");
    if (!observed) {
      observe_all();
      return;
    }
    constexpr std::size_t most =
        LitmusLimits::most_threads * LitmusLimits::most_ops + LitmusLimits::most_locations;
    if (!observed->is_array() || !few_enough(*observed, most, "values")) {
      return;
    }
    for (std::size_t i = 0; i < observed->size(); ++i) {
      if (const auto name = observed->item(i).text("a register or location")) {
        if (const auto what = find_value(*name)) {
          observe(*what, *name);
        } else {
          observed->item(i).complain("the test has no register or location " + in_quotes(*name));
        }
      }
    }
  }

  // "0:r1" or "x".
  std::optional<LitmusObserved> find_value(const std::string& name) const {
    const auto index_of = [](const std::vector<std::string>& names, const std::string& wanted) {
      const auto at = std::find(names.begin(), names.end(), wanted);
      return at == names.end() ? std::nullopt
                               : std::optional(static_cast<unsigned>(at - names.begin()));
    };
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos) {
      const auto index = index_of(test_.locations, name);
      return index ? std::optional(LitmusObserved{false, 0, *index}) : std::nullopt;
    }
    for (unsigned t = 0; t < test_.threads.size(); ++t) {
      if (name.substr(0, colon) == std::to_string(t)) {
        const auto index = index_of(test_.threads[t].registers, name.substr(colon + 1));
        return index ? std::optional(LitmusObserved{true, t, *index}) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  void read_condition() {
    if (const auto condition = node_.find("condition")) {
      test_.condition = read_part(*condition);
    }
    std::string quantifier = "exists";
    if (const auto node = node_.find("quantifier")) {
      quantifier = node->text("exists or forall").value_or(quantifier);
      if (quantifier != "exists" && quantifier != "forall") {
        node->complain("expected exists or forall, found " + in_quotes(quantifier));
      }
    }
    test_.for_all = quantifier == "forall";
    if (const auto node = node_.find("verdict")) {
      const std::string yes = test_.for_all ? "holds" : "allowed";
      const std::string no = test_.for_all ? "fails" : "forbidden";
      const std::string verdict = node->text(yes + " or " + no).value_or(yes);
      if (verdict != yes && verdict != no) {
        node->complain("expected " + yes + " or " + no + ", found " + in_quotes(verdict));
      }
      test_.verdict = verdict == yes;
    }
  }

  LitmusCondition read_part(const Node& node) {
    LitmusCondition out;
    if (!node.is_array()) {
      return out;
    }
    const std::string word =
        node.size() == 0 ? "" : node.item(0).text("and, or, not or eq").value_or("and");
    if (word == "eq" && node.size() == 3) {
      out.kind = LitmusCondition::Kind::equal;
      read_equal(node, out);
      return out;
    }
    const bool fits = word == "and" || word == "or" || (word == "not" && node.size() == 2);
    if (!fits) {
      node.complain(R"(expected ["eq", NAME, VALUE], ["and", ...], ["or", ...] or ["not", ...])");
      return out;
    }
    out.kind = word == "and"  ? LitmusCondition::Kind::all_of
               : word == "or" ? LitmusCondition::Kind::any_of
                              : LitmusCondition::Kind::none_of;
    for (std::size_t i = 1; i < node.size(); ++i) {
      out.parts.push_back(read_part(node.item(i)));
    }
    return out;
  }

  void read_equal(const Node& node, LitmusCondition& out) {
    out.value = read_number(node.item(2)).value_or(0);
    const auto name = node.item(1).text("a register or location");
    if (!name) {
      return;
    }
    const auto& names = test_.observed_names;
    const auto at = std::find(names.begin(), names.end(), *name);
    if (at == names.end()) {
      node.item(1).complain(in_quotes(*name) + " is not observed" +
                            (names.empty() ? "" : "; observed are " + listed(names, "and")));
    } else {
      out.observed = static_cast<unsigned>(at - names.begin());
    }
  }

  std::optional<std::vector<LitmusOutcome>> read_outcomes(const char* key) {
    const auto node = node_.find(key);
    if (!node || !node->is_array()) {
      return std::nullopt;
    }
    std::set<LitmusOutcome> outcomes;
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Node item = node->item(i);
      if (!item.is_array()) {
        continue;
      }
      if (item.size() != test_.observed.size()) {
        item.complain("expected " + std::to_string(test_.observed.size()) +
                      " values, one for each that is observed, found " +
                      std::to_string(item.size()));
      }
      LitmusOutcome outcome;
      for (std::size_t v = 0; v < item.size(); ++v) {
        outcome.push_back(read_number(item.item(v)).value_or(0));
      }
      outcomes.insert(std::move(outcome));
    }
    return std::vector<LitmusOutcome>(outcomes.begin(), outcomes.end());
  }

  Node node_;
  LitmusTest test_;
};

}  // namespace

bool LitmusCondition::holds(const LitmusOutcome& outcome) const {
  const auto part_holds = [&](const LitmusCondition& part) { return part.holds(outcome); };
  switch (kind) {
    case Kind::all_of:
      return std::all_of(parts.begin(), parts.end(), part_holds);
    case Kind::any_of:
      return std::any_of(parts.begin(), parts.end(), part_holds);
    case Kind::none_of:
      return std::none_of(parts.begin(), parts.end(), part_holds);
    case Kind::equal:
      return outcome[observed] == value;
  }
  return false;
}

std::vector<LitmusTest> read_litmus_text(const std::string& text, const std::string& file) {
  Problems problems;
  const JsonValue json = parse_json(text, file, problems);
  const Node root(json, file, problems);
  root.has_keys(pack_keys());
  if (const auto format = root.find("format")) {
    const auto name = format->text("xlitmus-1");
    if (name && *name != "xlitmus-1") {
      format->complain("expected xlitmus-1, found " + in_quotes(*name));
    }
  }
  std::vector<LitmusTest> tests;
  std::set<std::string> names;
  const auto list = root.find("tests");
  for (std::size_t i = 0; list && list->is_array() && i < list->size(); ++i) {
    tests.push_back(TestReader(list->item(i)).read());
    const std::string& name = tests.back().name;
    if (!name.empty() && !names.insert(name).second) {
      list->item(i).complain("another test is called " + in_quotes(name));
    }
  }
  problems.throw_if_any();
  return tests;
}

std::vector<LitmusTest> read_litmus_file(const std::string& path) {
  return read_litmus_text(read_text_file(path), path);
}

}  // namespace hvsim
