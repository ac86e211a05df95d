// Runs one workload on one machine, as a scenario's cell does, from parameters given in place.
#pragma once

#include <map>
#include <string>

#include "models/workload/workload.hpp"
#include "sim/base/check.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {

struct Outcome {
  std::map<std::string, std::int64_t> metrics;
  std::map<std::string, Histogram> histograms;
  std::uint64_t digest = 0;
  Traffic traffic;
};

inline const WorkloadKind& kind_of(const std::string& name) {
  for (const WorkloadKind& kind : workload_kinds()) {
    if (kind.name == name) {
      return kind;
    }
  }
  fail_check("the name of a workload", Where::here());
}

// The defaults of a kind, but for `numbers` and `choices`.
inline Values values_of(const WorkloadKind& kind,
                        const std::map<std::string, std::int64_t>& numbers,
                        const std::map<std::string, std::string>& choices) {
  Values values;
  for (const Parameter& parameter : kind.parameters) {
    if (parameter.type == Parameter::Type::choice) {
      values.set(parameter.name, parameter.fallback_choice);
    } else {
      values.set(parameter.name, parameter.fallback);
    }
  }
  for (const auto& [key, value] : numbers) {
    values.set(key, value);
  }
  for (const auto& [key, value] : choices) {
    values.set(key, value);
  }
  return values;
}

// Errors are passed on.
inline Outcome run_workload(const MachineSpec& spec, const std::string& name,
                            const std::map<std::string, std::int64_t>& numbers,
                            const std::map<std::string, std::string>& choices,
                            std::uint64_t seed = 1) {
  const WorkloadKind& kind = kind_of(name);
  const Values values = values_of(kind, numbers, choices);
  RunOptions options;
  options.seed = seed;
  options.no_progress_after = milliseconds(1);
  Machine machine(spec, options);
  const auto workload = kind.make(values);
  const std::vector<PcpuId> placed = workload->setup(machine);
  for (unsigned worker = 0; worker < placed.size(); ++worker) {
    machine.start(placed[worker], [&, worker](Cpu& cpu) { workload->run(cpu, worker); });
  }
  machine.run();
  workload->check(machine.cpu(placed[0]));
  Metrics metrics;
  workload->measure(metrics);
  return {metrics.values(), metrics.histograms(), machine.digest(), machine.traffic()};
}

}  // namespace hvsim
