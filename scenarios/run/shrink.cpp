#include "scenarios/run/shrink.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

using Perturbations = std::vector<Perturbation>;

// The part of each that came about in a run.
Perturbations that_happened(const Perturbations& asked, const Perturbations& happened) {
  Perturbations all;
  for (const Perturbation& p : asked) {
    for (const Perturbation& q : happened) {
      const std::uint32_t first = std::max(p.first, q.first);
      const std::uint32_t last = std::min(p.last, q.last);
      if (p.what == q.what && p.pcpu == q.pcpu && first <= last) {
        all.push_back({p.what, p.pcpu, first, last, q.length});
      }
    }
  }
  return all;
}

class Shrinker {
 public:
  Shrinker(const Cell& cell, const HostileOutcome& failing, unsigned most_runs)
      : cell_(cell), best_(failing), most_runs_(most_runs) {
    check(best_.finding.has_value(), "only a failing run is made smaller");
  }

  Shrunk run() {
    Plan before;
    do {
      before = best_.plan;
      if (best_.plan.rank_seed) {
        shows_it({std::nullopt, best_.plan.perturbations});
      }
      drop_what_is_not_needed();
      while (cut_in_two() && may_go_on()) {
        drop_what_is_not_needed();
      }
      while (join_two() && may_go_on()) {
        drop_what_is_not_needed();
      }
      shorten();
    } while (best_.plan != before && may_go_on());
    return {best_, runs_, may_go_on()};
  }

 private:
  bool may_go_on() const { return runs_ < most_runs_; }

  // Whether a plan shows the finding; if so it is the best there is, without what is listed in it
  // but never came about.
  bool shows_it(const Plan& plan) {
    if (!may_go_on()) {
      return false;
    }
    ++runs_;
    HostileOutcome outcome = run_under(cell_, plan);
    if (!outcome.finding || !same_finding(*outcome.finding, *best_.finding)) {
      return false;
    }
    outcome.plan.perturbations = that_happened(plan.perturbations, outcome.plan.perturbations);
    best_ = std::move(outcome);
    return true;
  }

  bool shows_it_with(Perturbations perturbations) {
    return shows_it({best_.plan.rank_seed, std::move(perturbations)});
  }

  // Takes one of `parts` equal parts out, if the finding stays.
  bool drop_one_of(std::size_t parts) {
    const Perturbations all = best_.plan.perturbations;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto from = static_cast<std::ptrdiff_t>(all.size() * part / parts);
      const auto to = static_cast<std::ptrdiff_t>(all.size() * (part + 1) / parts);
      Perturbations rest(all.begin(), all.begin() + from);
      rest.insert(rest.end(), all.begin() + to, all.end());
      if (shows_it_with(std::move(rest))) {
        return true;
      }
    }
    return false;
  }

  void drop_what_is_not_needed() {
    if (best_.plan.perturbations.empty() || shows_it_with({})) {
      return;
    }
    std::size_t parts = 2;
    while (may_go_on() && !best_.plan.perturbations.empty()) {
      parts = std::min(parts, best_.plan.perturbations.size());
      if (drop_one_of(parts)) {
        parts = std::max<std::size_t>(parts - 1, 2);
      } else if (parts == best_.plan.perturbations.size()) {
        return;
      } else {
        parts *= 2;
      }
    }
  }

  // Every perturbation of several points becomes two. False: there was none.
  bool cut_in_two() {
    Perturbations cut;
    for (const Perturbation& p : best_.plan.perturbations) {
      if (p.first == p.last) {
        cut.push_back(p);
      } else {
        const std::uint32_t middle = p.first + (p.last - p.first) / 2;
        cut.push_back({p.what, p.pcpu, p.first, middle, p.length});
        cut.push_back({p.what, p.pcpu, middle + 1, p.last, p.length});
      }
    }
    const bool any = cut.size() > best_.plan.perturbations.size();
    best_.plan.perturbations = std::move(cut);
    return any;
  }

  // Makes one of two that follow each other on a pCPU, as long as both, if the finding stays.
  bool join_two() {
    const Perturbations all = best_.plan.perturbations;
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::size_t j = i + 1;
      while (j < all.size() && (all[j].what != all[i].what || all[j].pcpu != all[i].pcpu)) {
        ++j;
      }
      if (j < all.size() && (shows_it_joined(all, i, j) || shows_it_joined(all, j, i))) {
        return true;
      }
    }
    return false;
  }

  bool shows_it_joined(Perturbations all, std::size_t kept, std::size_t dropped) {
    all[kept].length += all[dropped].length;
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(dropped));
    return shows_it_with(std::move(all));
  }

  // Each in turn is given the shortest of 1, 2, 5, 10 ... ns with which the finding stays.
  void shorten() {
    for (std::size_t i = 0; i < best_.plan.perturbations.size(); ++i) {
      const Duration now = best_.plan.perturbations[i].length;
      bool shorter = false;
      for (Duration power = nanoseconds(1); power < now && !shorter; power = power * 10) {
        for (const std::int64_t times : {1, 2, 5}) {
          shorter =
              shorter || (power * times < now && shows_it_with(with_length(i, power * times)));
        }
      }
    }
  }

  Perturbations with_length(std::size_t i, Duration length) const {
    Perturbations all = best_.plan.perturbations;
    all[i].length = length;
    return all;
  }

  const Cell& cell_;
  HostileOutcome best_;
  unsigned most_runs_;
  unsigned runs_ = 0;
};

}  // namespace

Shrunk shrink(const Cell& cell, const HostileOutcome& failing, unsigned most_runs) {
  return Shrinker(cell, failing, most_runs).run();
}

}  // namespace hvsim
