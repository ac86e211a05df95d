#include "scenarios/run/hostile_noise.hpp"

#include <algorithm>

namespace hvsim {
namespace {

// Turns of a wait loop before it is slowed down, and the words that a loop may look at.
constexpr std::uint32_t free_turns = 8;
constexpr std::size_t words_of_a_loop = 64;

bool same(const DoneVerb& a, const DoneVerb& b) {
  return a.verb == b.verb && a.address == b.address && a.value == b.value &&
         a.where.line == b.where.line;
}

}  // namespace

// A pCPU that is held may take an interrupt meanwhile; the handler's verbs are not held then.
Time HostileNoise::verb(PcpuId pcpu, Time now) {
  Pcpu& p = pcpus_[pcpu.n];
  if (p.verb_held) {
    p.verb_held = now < p.verb_from;
    return now;
  }
  Duration length;
  if (p.turn == 0) {
    p.step_began = now;
    length = ask(HeldUp::verb, pcpu, p.step, now);
  } else if (p.turn >= free_turns) {
    length = (now - p.step_began) / 8;
  }
  ++p.turn;
  p.verb_held = length > Duration{};
  p.verb_from = now + length;
  return p.verb_from;
}

Time HostileNoise::commit(PcpuId pcpu, Time now) {
  Pcpu& p = pcpus_[pcpu.n];
  if (p.commit_held) {
    p.commit_held = now < p.commit_from;
    return p.commit_from;
  }
  const Duration length = ask(HeldUp::commit, pcpu, p.store++, now);
  p.commit_held = length > Duration{};
  p.commit_from = now + length;
  return p.commit_from;
}

Duration HostileNoise::interrupt(PcpuId target, Time now) {
  return ask(HeldUp::interrupt, target, pcpus_[target.n].interrupt++, now);
}

Duration HostileNoise::ask(HeldUp what, PcpuId pcpu, std::uint32_t index, Time now) {
  const Duration length = schedule_.hold(what, pcpu, index);
  if (length == Duration{} || held_in_all_ + length > most_in_all) {
    return {};
  }
  held_in_all_ += length;
  holds_.push_back({what, pcpu, index, length, now, verbs_done_});
  return length;
}

bool HostileNoise::is_step(Pcpu& pcpu, const DoneVerb& verb) {
  if (verb.verb == Verb::commit) {
    return false;
  }
  const bool changes_nothing =
      verb.verb == Verb::load || (verb.verb == Verb::rmw && verb.after == verb.value);
  if (!changes_nothing) {
    pcpu.seen.clear();
    return true;
  }
  const auto again = [&verb](const DoneVerb& before) { return same(before, verb); };
  if (std::any_of(pcpu.seen.begin(), pcpu.seen.end(), again)) {
    return false;
  }
  if (pcpu.seen.size() == words_of_a_loop) {
    pcpu.seen.clear();
  }
  pcpu.seen.push_back(verb);
  return true;
}

void HostileNoise::done(const DoneVerb& verb) {
  Pcpu& p = pcpus_[verb.pcpu.n];
  if (is_step(p, verb)) {
    ++p.step;
    p.turn = 0;
  }
  ++verbs_done_;
  if (keep_) {
    verbs_.push_back(verb);
  }
}

std::vector<Perturbation> HostileNoise::perturbations() const {
  std::vector<Perturbation> all;
  for (const Hold& hold : holds_) {
    const auto last = std::find_if(all.rbegin(), all.rend(), [&hold](const Perturbation& p) {
      return p.what == hold.what && p.pcpu == hold.pcpu;
    });
    if (last != all.rend() && last->length == hold.length && last->last + 1 == hold.index) {
      ++last->last;
    } else {
      all.push_back({hold.what, hold.pcpu, hold.index, hold.index, hold.length});
    }
  }
  return all;
}

std::vector<Time> HostileNoise::turns_began() const {
  std::vector<Time> began;
  for (const Pcpu& pcpu : pcpus_) {
    began.push_back(pcpu.turn_began);
  }
  return began;
}

std::uint32_t HostileNoise::steps() const {
  std::uint32_t sum = 0;
  for (const Pcpu& pcpu : pcpus_) {
    sum += pcpu.step + pcpu.store;
  }
  return sum;
}

}  // namespace hvsim
