// Which verbs of a run are told, and in which words.
#include "scenarios/run/interleaving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

bool writes(Verb verb) {
  return verb == Verb::commit || verb == Verb::rmw || verb == Verb::copy || verb == Verb::clear;
}

// What is told, before a word of it is written.
struct Scope {
  std::set<PcpuId> pcpus;
  std::set<LineId> lines;
  Time from{};

  bool has(const DoneVerb& verb) const {
    return verb.at >= from && pcpus.count(verb.pcpu) != 0 &&
           (!is_about_a_word(verb.verb) || lines.count(line_of(verb.address)) != 0);
  }
};

// Who did anything in the second half of the time that a run hung for.
std::set<PcpuId> still_running(const Story& story, const Finding& finding) {
  std::set<PcpuId> pcpus;
  const Time since = finding.at - HostileNoise::no_progress_after / 2;
  for (const DoneVerb& verb : story.verbs) {
    if (verb.at >= since) {
      pcpus.insert(verb.pcpu);
    }
  }
  return pcpus;
}

// Who touched the finding's line from an instant on.
std::set<PcpuId> touched_since(const Story& story, LineId line, Time since) {
  std::set<PcpuId> pcpus;
  for (const DoneVerb& verb : story.verbs) {
    if (verb.at >= since && is_about_a_word(verb.verb) && line_of(verb.address) == line) {
      pcpus.insert(verb.pcpu);
    }
  }
  return pcpus;
}

std::set<LineId> lines_involved(const Story& story, const Finding& finding, const Scope& scope) {
  struct Use {
    std::set<PcpuId> pcpus;
    bool written = false;
    bool in_scope = false;
  };
  std::map<LineId, Use> uses;
  for (const DoneVerb& verb : story.verbs) {
    if (is_about_a_word(verb.verb)) {
      Use& use = uses[line_of(verb.address)];
      use.pcpus.insert(verb.pcpu);
      use.written = use.written || writes(verb.verb);
      use.in_scope = use.in_scope || (verb.at >= scope.from && scope.pcpus.count(verb.pcpu) != 0);
    }
  }
  std::set<LineId> lines;
  for (const auto& [line, use] : uses) {
    if (use.pcpus.size() > 1 && use.written && use.in_scope) {
      lines.insert(line);
    }
  }
  if (finding.line) {
    lines.insert(*finding.line);
  }
  return lines;
}

Scope scope_of(const Story& story, const Finding& finding) {
  Scope scope;
  const Time began = story.turns_began[finding.pcpu.n];
  scope.pcpus =
      finding.line ? touched_since(story, *finding.line, began) : still_running(story, finding);
  if (finding.line && scope.pcpus.empty()) {
    // Found when all was over: the story of that line alone.
    scope.pcpus = touched_since(story, *finding.line, Time{});
    scope.lines = {*finding.line};
    return scope;
  }
  if (finding.line) {
    scope.pcpus.insert(finding.pcpu);
  }
  scope.from = finding.at;
  for (const PcpuId pcpu : scope.pcpus) {
    scope.from = std::min(scope.from, story.turns_began[pcpu.n]);
  }
  scope.lines = lines_involved(story, finding, scope);
  return scope;
}

// "pointer[1]" for "percpu_rwlock[storm].pointer[1]", and longer where two words would be called
// the same.
std::map<std::string, std::string> short_names(const std::set<std::string>& names) {
  std::map<std::string, std::string> shorter;
  for (const std::string& name : names) {
    std::size_t dot = name.rfind('.');
    const auto ambiguous = [&] {
      const std::string tail = name.substr(dot);
      return std::any_of(names.begin(), names.end(), [&](const std::string& other) {
        return other != name && other.size() >= tail.size() &&
               other.compare(other.size() - tail.size(), tail.size(), tail) == 0;
      });
    };
    while (dot != std::string::npos && dot > 0 && ambiguous()) {
      dot = name.rfind('.', dot - 1);
    }
    shorter[name] = dot == std::string::npos ? name : name.substr(dot + 1);
  }
  return shorter;
}

std::string number(std::uint64_t value) {
  return value < 0x10000 ? std::to_string(value) : fmt::format("{:#x}", value);
}

std::string place_of(Where where) {
  const std::string text = where.text();
  const std::size_t slash = text.rfind('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

class Teller {
 public:
  Teller(const Story& story, const Scope& scope) : story_(story), scope_(scope) {
    std::set<std::string> names;
    for (const DoneVerb& verb : story.verbs) {
      if (verb.verb == Verb::store) {
        stores_[verb.pcpu].push_back(verb.address);
      }
      if (scope.has(verb) && is_about_a_word(verb.verb)) {
        names.insert(story.names.at(verb.address));
      }
    }
    for (const Hold& hold : story.holds) {
      if (tells(hold) && hold.what == HeldUp::commit) {
        names.insert(story.names.at(stores_[hold.pcpu].at(hold.index)));
      }
    }
    shorter_ = short_names(names);
  }

  Interleaving tell() {
    auto hold = story_.holds.begin();
    for (std::size_t i = 0; i < story_.verbs.size(); ++i) {
      for (; hold != story_.holds.end() && hold->verbs_before == i; ++hold) {
        tell(*hold);
      }
      tell(story_.verbs[i]);
    }
    for (const auto& [pcpu, waiting] : waiting_) {
      for (const Waiting& store : waiting) {
        says_buffered(store);
      }
    }
    return finish();
  }

 private:
  struct Waiting {  // a store in its buffer
    bool told;
    std::size_t step;
  };
  struct Turns {  // of a wait loop
    DoneVerb verb;
    std::size_t step;
    std::uint64_t times;
  };

  bool tells(const Hold& hold) const {
    return hold.at >= scope_.from && scope_.pcpus.count(hold.pcpu) != 0;
  }

  std::string word(Address address) const { return shorter_.at(story_.names.at(address)); }

  void add(const DoneVerb& verb, const std::string& what) {
    told_.steps.push_back({verb.at, verb.pcpu, what, place_of(verb.where)});
  }

  void tell(const Hold& hold) {
    if (!tells(hold)) {
      return;
    }
    const std::string length = canonical_text(Dimension::duration, hold.length.ps);
    std::string what;
    switch (hold.what) {
      case HeldUp::verb:
        what = "held up for " + length;
        break;
      case HeldUp::commit:
        what = word(stores_[hold.pcpu].at(hold.index)) + " stays in the buffer for " + length;
        break;
      case HeldUp::interrupt:
        what = "interrupt comes " + length + " late";
        break;
    }
    told_.steps.push_back({hold.at, hold.pcpu, what, "", true});
  }

  void tell(const DoneVerb& verb) {
    const bool told = scope_.has(verb);
    switch (verb.verb) {
      case Verb::store:
        waiting_[verb.pcpu].push_back({told, told_.steps.size()});
        if (told) {
          add(verb, "store " + word(verb.address) + " = " + number(verb.value));
        }
        break;
      case Verb::commit:
        tell_commit(verb);
        break;
      case Verb::load:
      case Verb::rmw:
        if (verb.verb == Verb::rmw && verb.after != verb.value) {
          turns_[verb.pcpu].clear();
        }
        if (told) {
          tell_turn(verb);
        }
        return;
      default:
        if (told) {
          tell_other(verb);
        }
    }
    if (verb.verb != Verb::commit) {
      turns_[verb.pcpu].clear();
    }
  }

  // A store that nobody did anything before is told once; else when it begins and when it ends.
  void tell_commit(const DoneVerb& verb) {
    std::deque<Waiting>& waiting = waiting_[verb.pcpu];
    const Waiting store = waiting.front();
    waiting.pop_front();
    const bool late = store.told && store.step + 1 < told_.steps.size();
    if (late) {
      says_buffered(store);
    }
    if (late || (!store.told && scope_.has(verb))) {
      add(verb, "commit " + word(verb.address) + " = " + number(verb.value));
    }
  }

  // "store x = 1" becomes "buffer x = 1".
  void says_buffered(const Waiting& store) {
    if (store.told) {
      std::string& what = told_.steps[store.step].what;
      what = "buffer" + what.substr(what.find(' '));
    }
  }

  void tell_turn(const DoneVerb& verb) {
    std::vector<Turns>& turns = turns_[verb.pcpu];
    const auto again = std::find_if(turns.begin(), turns.end(), [&verb](const Turns& before) {
      return before.verb.verb == verb.verb && before.verb.address == verb.address &&
             before.verb.value == verb.value && before.verb.after == verb.after &&
             before.verb.where.line == verb.where.line;
    });
    if (again == turns.end()) {
      turns.push_back({verb, told_.steps.size(), 1});
      add(verb, first_words(verb));
    } else {
      ++again->times;
      told_.steps[again->step].what =
          first_words(verb) + " (" + std::to_string(again->times) + " times)";
    }
  }

  std::string first_words(const DoneVerb& verb) const {
    return verb.verb == Verb::load ? "load " + word(verb.address) + " = " + number(verb.value)
                                   : "rmw " + word(verb.address) + " " + number(verb.value) +
                                         " -> " + number(verb.after);
  }

  void tell_other(const DoneVerb& verb) {
    switch (verb.verb) {
      case Verb::ipi:
        add(verb, "interrupts pcpu " + number(verb.address));
        break;
      case Verb::interrupt:
        add(verb, "takes an interrupt");
        break;
      case Verb::fence:
        add(verb, "fence");
        break;
      case Verb::translate:
        add(verb, fmt::format("translates {:#x} to {:#x}", verb.address, verb.value));
        break;
      case Verb::write_cr3:
        add(verb, fmt::format("writes cr3: tables at {:#x}, pcid {}", verb.address, verb.value));
        break;
      case Verb::invalidate:
        add(verb, verb.value != 0 ? fmt::format("forgets its translation of {:#x}", verb.address)
                                  : "forgets all its translations");
        break;
      case Verb::set_timer:
        add(verb, "sets its timer");
        break;
      default:
        add(verb, std::string(verb_name(verb.verb)) + " " + word(verb.address));
    }
  }

  Interleaving finish() {
    told_.pcpus.assign(scope_.pcpus.begin(), scope_.pcpus.end());
    if (told_.steps.size() > most_told_steps) {
      told_.left_out = told_.steps.size() - most_told_steps;
      told_.steps.erase(told_.steps.begin(),
                        told_.steps.begin() + static_cast<std::ptrdiff_t>(told_.left_out));
    }
    for (const auto& [whole, shorter] : shorter_) {
      told_.words.push_back({shorter, whole});
    }
    return std::move(told_);
  }

  const Story& story_;
  const Scope& scope_;
  std::map<PcpuId, std::vector<Address>> stores_;  // of the whole run, in order
  std::map<std::string, std::string> shorter_;
  std::map<PcpuId, std::deque<Waiting>> waiting_;
  std::map<PcpuId, std::vector<Turns>> turns_;
  Interleaving told_;
};

}  // namespace

Interleaving interleaving_of(const Story& story, const Finding& finding) {
  const Scope scope = scope_of(story, finding);
  return Teller(story, scope).tell();
}

}  // namespace hvsim
