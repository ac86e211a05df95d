#include "scenarios/run/hostile_run.hpp"

#include <memory>
#include <utility>

#include "sim/hw/machine.hpp"

namespace hvsim {
namespace {

void run_workload(const Cell& cell, Machine& machine, std::vector<PcpuId>& workers) {
  const std::unique_ptr<Workload> workload = cell.workload->make(cell.values);
  workers = workload->setup(machine);
  for (unsigned worker = 0; worker < workers.size(); ++worker) {
    machine.start(workers[worker], [&workload, worker](Cpu& cpu) { workload->run(cpu, worker); });
  }
  machine.run();
  workload->check(machine.cpu(workers.front()));
}

void keep(const HostileNoise& noise, Machine& machine, Story& story) {
  story.verbs = noise.verbs();
  story.holds = noise.holds();
  story.turns_began = noise.turns_began();
  for (const DoneVerb& verb : story.verbs) {
    if (is_about_a_word(verb.verb) && story.names.count(verb.address) == 0) {
      story.names[verb.address] = machine.memory().name_of(verb.address);
    }
  }
}

}  // namespace

std::string place_that_counts(const Finding& finding) {
  const bool hangs = finding.rule == "deadlock" || finding.rule == "no progress";
  return hangs ? "" : finding.place;
}

bool same_finding(const Finding& a, const Finding& b) {
  return a.rule == b.rule && place_that_counts(a) == place_that_counts(b);
}

HostileOutcome run_under(const Cell& cell, Schedule& schedule,
                         std::optional<std::uint64_t> rank_seed, Story* story) {
  HostileNoise noise(cell.machine.pcpus(), schedule, story != nullptr);
  RunOptions options;
  options.seed = cell.seed;
  options.rank_seed = rank_seed;
  options.no_progress_after = HostileNoise::no_progress_after;
  options.noise = &noise;
  options.history = &noise;
  Machine machine(cell.machine, options);
  HostileOutcome outcome;
  try {
    run_workload(cell, machine, outcome.shape.workers);
  } catch (const RuleViolated& violation) {
    outcome.finding = violation.finding();
  }
  outcome.plan = {rank_seed, noise.perturbations()};
  outcome.shape.steps = noise.steps();
  outcome.digest = machine.digest();
  if (story != nullptr) {
    keep(noise, machine, *story);
  }
  return outcome;
}

HostileOutcome run_under(const Cell& cell, const Plan& plan, Story* story) {
  const std::unique_ptr<Schedule> schedule = make_planned(plan.perturbations);
  return run_under(cell, *schedule, plan.rank_seed, story);
}

}  // namespace hvsim
