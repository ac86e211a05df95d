#include "scenarios/run/explore_report.hpp"

#include <fmt/format.h>

#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/version.hpp"

namespace hvsim {
namespace {

std::string counted(std::uint64_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string what_it_takes(const Explained& it) {
  const Plan& plan = it.shrunk.outcome.plan;
  std::string text;
  if (plan.perturbations.empty()) {
    text = "  needs nothing held up\n";
  } else {
    text = fmt::format("  shrunk from {} to {}, by {}{}:\n", counted(it.perturbed, "hold"),
                       plan.perturbations.size(), counted(it.shrunk.runs, "run"),
                       it.shrunk.smallest ? "" : " (the limit)");
  }
  for (const Perturbation& perturbation : plan.perturbations) {
    text += "    " + text_of(perturbation) + "\n";
  }
  if (plan.rank_seed) {
    text += fmt::format("    ranks shuffled by {}\n", *plan.rank_seed);
  }
  return text;
}

std::string finding_text(const Explained& it) {
  const Finding& finding = *it.shrunk.outcome.finding;
  std::string text = fmt::format("{}: {}\n", finding.rule, finding.what);
  if (!it.found.place.empty()) {
    text += "  at " + finding.place + "\n";
  }
  text += "  in the cell " + it.cell + "\n";
  text +=
      fmt::format("  shown by {} of {}, first by number {}, digest {:016x}\n", it.found.shown_by,
                  counted(it.found.of, "schedule"), it.found.first_schedule, it.digest);
  text += "  replay: " + it.replay + "\n";
  text += what_it_takes(it);
  return text + "\n" + interleaving_text(it.told, finding);
}

void write_finding(JsonWriter& json, const Finding& finding) {
  json.member("rule", finding.rule);
  json.member("what", finding.what);
  json.member("at_ps", finding.at.ps);
  json.member("pcpu", std::int64_t{finding.pcpu.n});
  json.member("place", finding.place);
}

const char* name_of(HeldUp what) {
  return what == HeldUp::verb ? "verb" : what == HeldUp::commit ? "commit" : "interrupt";
}

void write_plan(JsonWriter& json, const Plan& plan) {
  json.key("rank_seed");
  if (plan.rank_seed) {
    json.value(*plan.rank_seed);
  } else {
    json.null();
  }
  json.key("perturbations");
  json.begin_array();
  for (const Perturbation& p : plan.perturbations) {
    json.begin_object();
    json.member("held", name_of(p.what));
    json.member("pcpu", std::int64_t{p.pcpu.n});
    json.member("first", std::int64_t{p.first});
    json.member("last", std::int64_t{p.last});
    json.member("ps", p.length.ps);
    json.end_object();
  }
  json.end_array();
}

void write_interleaving(JsonWriter& json, const Interleaving& told) {
  json.key("interleaving");
  json.begin_object();
  json.key("pcpus");
  json.begin_array(true);
  for (const PcpuId pcpu : told.pcpus) {
    json.value(std::int64_t{pcpu.n});
  }
  json.end_array();
  json.member("left_out", std::uint64_t{told.left_out});
  json.key("steps");
  json.begin_array();
  for (const ToldStep& step : told.steps) {
    json.begin_object();
    json.member("at_ps", step.at.ps);
    json.member("pcpu", std::int64_t{step.pcpu.n});
    json.member("what", step.what);
    json.member("place", step.place);
    json.member("by_schedule", step.by_schedule);
    json.end_object();
  }
  json.end_array();
  json.key("words");
  json.begin_object();
  for (const auto& [shorter, whole] : told.words) {
    json.member(shorter, whole);
  }
  json.end_object();
  json.end_object();
}

void write_explained(JsonWriter& json, const Explained& it) {
  json.begin_object();
  json.key("at");
  json.begin_object();
  for (const auto& [axis, value] : it.found.at) {
    json.member(axis, value);
  }
  json.end_object();
  write_finding(json, *it.shrunk.outcome.finding);
  json.member("shown_by", it.found.shown_by);
  json.member("of", it.found.of);
  json.member("first_schedule", it.found.first_schedule);
  json.member("digest", fmt::format("{:016x}", it.digest));
  json.member("replay", it.replay);
  json.member("holds", std::uint64_t{it.perturbed});
  json.member("shrinking_runs", std::int64_t{it.shrunk.runs});
  json.member("smallest", it.shrunk.smallest);
  write_plan(json, it.shrunk.outcome.plan);
  write_interleaving(json, it.told);
  json.end_object();
}

}  // namespace

std::string explore_table(const ExploreReport& report) {
  std::string text = fmt::format(
      "{}: {} of {}, seed {}, over {}: {}\n", report.scenario,
      counted(report.schedules, "schedule"), name_of(report.strategy), report.seed,
      counted(report.cells, "cell"),
      report.findings.empty() ? "no finding" : counted(report.findings.size(), "finding"));
  for (const Explained& it : report.findings) {
    text += "\n" + finding_text(it);
  }
  return text;
}

std::string explore_json(const ExploreReport& report) {
  JsonWriter json;
  json.begin_object();
  json.member("scenario", report.scenario);
  json.member("version", version());
  json.member("strategy", name_of(report.strategy));
  json.member("seed", report.seed);
  json.member("asked", report.asked);
  json.member("schedules", report.schedules);
  json.key("findings");
  json.begin_array();
  for (const Explained& it : report.findings) {
    write_explained(json, it);
  }
  json.end_array();
  json.end_object();
  return json.text();
}

}  // namespace hvsim
