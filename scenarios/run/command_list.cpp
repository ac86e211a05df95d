// hvsim list [KIND]: what there is to name in a scenario.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/paging/shootdowns.hpp"
#include "models/hypervisor/runstate/runstate.hpp"
#include "models/hypervisor/sched/policy.hpp"
#include "models/hypervisor/shadow/catalog.hpp"
#include "models/workload/workload.hpp"
#include "scenarios/run/commands.hpp"
#include "scenarios/run/common_metrics.hpp"
#include "scenarios/run/decode.hpp"
#include "scenarios/run/grid.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

namespace fs = std::filesystem;

Grid machines_grid() {
  Grid grid{{{"machine"}, {"what it is"}}, {}};
  for (const std::string& name : machine_names()) {
    try {
      grid.rows.push_back({name, read_machine(name).title});
    } catch (const BadInput&) {
      grid.rows.push_back({name, "(wrong: see hvsim machine show " + name + ")"});
    }
  }
  return grid;
}

// Under the current folder and beside the executable's; each file once, sorted.
std::set<std::string> scenario_files() {
  std::vector<fs::path> folders = {"scenarios"};
  std::error_code unknown;
  const fs::path executable = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    folders.push_back(executable.parent_path().parent_path() / "share" / "hvsim" / "scenarios");
  }
  std::set<std::string> files;
  for (const fs::path& folder : folders) {
    std::error_code unreadable;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
      if (entry.path().extension() == ".json") {
        files.insert(entry.path().string());
      }
    }
  }
  return files;
}

Grid scenarios_grid() {
  Grid grid{{{"scenario"}, {"why"}}, {}};
  for (const std::string& file : scenario_files()) {
    try {
      grid.rows.push_back({file, read_scenario_file(file).why});
    } catch (const BadInput&) {
      grid.rows.push_back({file, "(wrong: see hvsim validate " + file + ")"});
    }
  }
  return grid;
}

Grid workloads_grid() {
  Grid grid{{{"workload"}, {"what it does"}}, {}};
  for (const WorkloadKind& kind : workload_kinds()) {
    grid.rows.push_back({kind.name, kind.doc});
  }
  return grid;
}

// Of a family of algorithms, each with its name, what it is, and whether it is a broken twin.
template <class Kinds>
Grid family_grid(const char* noun, const Kinds& kinds) {
  Grid grid{{{noun}, {"what it is"}}, {}};
  for (const auto& kind : kinds) {
    grid.rows.push_back({kind.name, (kind.broken ? "(broken on purpose) " : "") + kind.doc});
  }
  return grid;
}

Grid locks_grid() {
  return family_grid("lock", rwlock_kinds());
}

Grid loaders_grid() {
  return family_grid("loader", l4_loader_kinds());
}

Grid runstates_grid() {
  return family_grid("runstate", runstate_kinds());
}

Grid shootdowns_grid() {
  return family_grid("shootdown", shootdown_kinds());
}

// Without the broken ones, which no scenario can name.
Grid schedulers_grid() {
  std::vector<SchedulerKind> named;
  std::ranges::copy_if(scheduler_kinds(), std::back_inserter(named),
                       [](const SchedulerKind& kind) { return !kind.broken; });
  return family_grid("scheduler", named);
}

Grid metrics_grid() {
  Grid grid{{{"metric"}, {"unit"}, {"counted by"}, {"what it is"}}, {}};
  const auto add = [&grid](const MetricInfo& metric, const std::string& by) {
    grid.rows.push_back({metric.name, metric.unit, by, metric.doc});
  };
  for (const WorkloadKind& kind : workload_kinds()) {
    for (const MetricInfo& metric : kind.metrics) {
      add(metric, kind.name);
    }
  }
  for (const MetricInfo& metric : common_metrics()) {
    add(metric, "every run");
  }
  return grid;
}

struct Kind {
  const char* name;
  Grid (*grid)();
};

constexpr Kind kinds[] = {
    {"machines", machines_grid},     {"scenarios", scenarios_grid},
    {"workloads", workloads_grid},   {"locks", locks_grid},
    {"loaders", loaders_grid},       {"runstates", runstates_grid},
    {"schedulers", schedulers_grid}, {"shootdowns", shootdowns_grid},
    {"metrics", metrics_grid},
};

}  // namespace

ExitCode list_command(const std::string& kind) {
  std::string text;
  for (const Kind& known : kinds) {
    if (kind.empty() || kind == known.name) {
      text += (text.empty() ? "" : "\n") + aligned_text(known.grid());
    }
  }
  if (text.empty()) {
    std::vector<std::string> names;
    for (const Kind& known : kinds) {
      names.emplace_back(known.name);
    }
    throw BadArgument("list " + kind + ": expected " + listed(names));
  }
  print(text);
  return ExitCode::passed;
}

}  // namespace hvsim
