#include "scenarios/run/claim.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "scenarios/run/cells.hpp"
#include "scenarios/run/ratio.hpp"

namespace hvsim {
namespace {

using RowsByPlace = std::map<CellPlace, const Row*>;

// A claim's rows are not all there: why.
struct NotMeasured {
  std::string why;
};

// The rows are there, but one has no number that the claim could be judged by: why.
struct NoNumber {
  std::string why;
};

const Axis* axis_called(const Scenario& scenario, const std::string& name) {
  const auto found = std::find_if(scenario.axes.begin(), scenario.axes.end(),
                                  [&](const Axis& axis) { return axis.name == name; });
  return found == scenario.axes.end() ? nullptr : &*found;
}

// What a name that is no axis (any more) is set to: --set queues=4 turns the axis into a setting.
std::string setting_of(const Scenario& scenario, const std::string& name) {
  if (name == "machine") {
    return scenario.machine;
  }
  for (const auto& [path, value] : scenario.settings) {
    if (path == name || path.substr(path.rfind('.') + 1) == name) {
      return value;
    }
  }
  return "";
}

// The part of `wanted` that picks among the sweep's rows. The rest must be what is set anyway.
Point on_the_axes(const Scenario& scenario, const Point& wanted) {
  Point picked;
  for (const auto& [name, value] : wanted) {
    const Axis* axis = axis_called(scenario, name);
    const bool there = axis == nullptr
                           ? setting_of(scenario, name) == value
                           : std::count(axis->values.begin(), axis->values.end(), value) == 1;
    if (!there) {
      throw NotMeasured{"no row has " + name + "=" + value};
    }
    if (axis != nullptr) {
      picked[name] = value;
    }
  }
  return picked;
}

bool agrees(const Point& at, const Point& picked) {
  return std::all_of(picked.begin(), picked.end(),
                     [&](const auto& pair) { return at.at(pair.first) == pair.second; });
}

std::vector<CellPlace> matching(const Scenario& scenario, const Point& wanted) {
  const Point picked = on_the_axes(scenario, wanted);
  std::vector<CellPlace> found;
  for (CellPlace& place : cells_of(scenario)) {
    if (agrees(place.at, picked)) {
      found.push_back(std::move(place));
    }
  }
  return found;
}

std::int64_t metric_at(const Scenario& scenario, const RowsByPlace& rows, const CellPlace& place,
                       const std::string& metric) {
  const auto row = rows.find(place);
  if (row == rows.end()) {
    throw NotMeasured{"the row " + cell_text(scenario, place) + " was not run"};
  }
  const auto value = row->second->metrics.find(metric);
  if (value == row->second->metrics.end() && !row->second->findings.empty()) {
    throw NotMeasured{"the row " + cell_text(scenario, place) + " ended with a finding"};
  }
  if (value == row->second->metrics.end()) {
    throw NoNumber{metric + " has no value in the row " + cell_text(scenario, place)};
  }
  return value->second;
}

Point merged(Point first, const Point& second) {
  for (const auto& [name, value] : second) {
    first[name] = value;
  }
  return first;
}

// `place` without the axes that the claim fixes: what numerator and denominator have in common.
CellPlace in_common(const Claim& claim, CellPlace place) {
  for (const Point* fixed : {&claim.at, &claim.of, &*claim.over}) {
    for (const auto& [name, value] : *fixed) {
      place.at.erase(name);
    }
  }
  return place;
}

void judge_samples(std::vector<std::int64_t> samples, Verdict& verdict) {
  std::sort(samples.begin(), samples.end());
  const Claim& claim = *verdict.claim;
  verdict.measured_thousandths = samples[(samples.size() - 1) / 2];
  verdict.lowest_thousandths = samples.front();
  verdict.highest_thousandths = samples.back();
  verdict.holds =
      (!claim.at_least_thousandths || samples.front() >= *claim.at_least_thousandths) &&
      (!claim.at_most_thousandths || samples.back() <= *claim.at_most_thousandths);
}

std::vector<std::int64_t> plain_samples(const Scenario& scenario, const RowsByPlace& rows,
                                        const Claim& claim) {
  std::vector<std::int64_t> samples;
  for (const CellPlace& place : matching(scenario, merged(claim.at, claim.of))) {
    samples.push_back(thousandths(metric_at(scenario, rows, place, claim.metric), 1));
  }
  return samples;
}

// Every numerator over every denominator of its seed.
std::vector<std::int64_t> ratio_samples(const Scenario& scenario, const RowsByPlace& rows,
                                        const Claim& claim) {
  std::map<CellPlace, std::vector<CellPlace>> denominators;
  for (const CellPlace& place : matching(scenario, merged(claim.at, *claim.over))) {
    denominators[in_common(claim, place)].push_back(place);
  }
  std::vector<std::int64_t> samples;
  for (const CellPlace& place : matching(scenario, merged(claim.at, claim.of))) {
    const std::int64_t of = metric_at(scenario, rows, place, claim.metric);
    // Both sides range over all values of the axes they have in common: there is one to divide by.
    for (const CellPlace& below : denominators.at(in_common(claim, place))) {
      const std::int64_t over = metric_at(scenario, rows, below, claim.metric);
      if (over == 0) {
        throw NoNumber{claim.metric + " is 0 in the row " + cell_text(scenario, below) +
                       ", and nothing can be divided by it"};
      }
      samples.push_back(thousandths(of, over));
    }
  }
  return samples;
}

Verdict judge_one(const Scenario& scenario, const RowsByPlace& rows, const Claim& claim) {
  Verdict verdict;
  verdict.claim = &claim;
  try {
    judge_samples(
        claim.over ? ratio_samples(scenario, rows, claim) : plain_samples(scenario, rows, claim),
        verdict);
    verdict.measured = true;
  } catch (const NoNumber& missing) {
    verdict.measured = true;
    verdict.note = missing.why;
  } catch (const NotMeasured& missing) {
    verdict.note = missing.why;
  }
  return verdict;
}

}  // namespace

std::vector<Verdict> judge(const Scenario& scenario, std::span<const Row> rows) {
  RowsByPlace by_place;
  for (const Row& row : rows) {
    by_place[{row.at, row.seed}] = &row;
  }
  std::vector<Verdict> verdicts;
  for (const Claim& claim : scenario.claims) {
    verdicts.push_back(judge_one(scenario, by_place, claim));
  }
  return verdicts;
}

std::optional<std::int64_t> headroom_permille(const Verdict& verdict) {
  std::optional<std::int64_t> room;
  const auto narrow = [&room](std::int64_t more, std::int64_t less, std::int64_t bound) {
    std::int64_t distance = 0;
    if (bound != 0 && bound > std::numeric_limits<std::int64_t>::min() &&
        !__builtin_sub_overflow(more, less, &distance)) {
      const std::int64_t part = thousandths(distance, bound < 0 ? -bound : bound);
      room = room ? std::min(*room, part) : part;
    }
  };
  const Claim& claim = *verdict.claim;
  if (verdict.lowest_thousandths && claim.at_least_thousandths) {
    narrow(*verdict.lowest_thousandths, *claim.at_least_thousandths, *claim.at_least_thousandths);
  }
  if (verdict.highest_thousandths && claim.at_most_thousandths) {
    narrow(*claim.at_most_thousandths, *verdict.highest_thousandths, *claim.at_most_thousandths);
  }
  return room;
}

}  // namespace hvsim
