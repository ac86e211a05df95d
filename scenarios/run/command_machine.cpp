// hvsim machine show and draw: a machine's shape and prices, with who said so.
#include <fmt/format.h>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/graphviz.hpp"
#include "scenarios/run/grid.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/units.hpp"
#include "sim/base/check.hpp"
#include "sim/hw/topology.hpp"

namespace hvsim {
namespace {

std::string ns_text(Duration length) {
  return canonical_text(Dimension::duration, length.ps);
}

std::string limit_text(const LimitField& field, std::int64_t value) {
  return std::string(field.unit) == "B/s" ? canonical_text(Dimension::rate, value)
                                          : std::to_string(value);
}

std::string cache_text(const CacheShape& cache) {
  return fmt::format("{}, {} ways",
                     canonical_text(Dimension::size, static_cast<std::int64_t>(cache.bytes)),
                     cache.ways);
}

std::string hand_over_text(const MachineSpec& machine) {
  for (const HandOverName& name : hand_over_names()) {
    if (name.policy == machine.hand_over) {
      return fmt::format("{}: {}\n  ({})", name.name, name.meaning, machine.hand_over_source);
    }
  }
  fail_check("every policy has a name", Where::here());
}

std::string lapic_text(const MachineSpec& machine) {
  for (const ApicName& name : apic_names()) {
    if (name.mode == machine.apic) {
      return fmt::format("{}: {}\n  ({})", name.name, name.meaning, machine.apic_source);
    }
  }
  fail_check("every mode has a name", Where::here());
}

std::string shape_text(const MachineSpec& machine) {
  std::string text = one_line(machine.name) + ": " + one_line(machine.title) + "\n\n";
  text +=
      fmt::format("{} sockets, {} cores each, {} threads a core: {} pCPUs at {}\n",
                  machine.sockets, machine.cores_per_socket, machine.threads_per_core,
                  machine.pcpus(), canonical_text(Dimension::frequency, machine.clock_khz * 1000));
  text += "L1 " + cache_text(machine.l1) + " a core\n";
  text += "L2 " + cache_text(machine.l2) + " a core\n";
  text += "L3 " + cache_text(machine.l3) + " a socket\n";
  for (const auto& [from, to] : machine.links) {
    text += fmt::format("link between sockets {} and {}\n", from, to);
  }
  return text + "hand over of a contended line: " + hand_over_text(machine) +
         "\nLAPIC: " + lapic_text(machine) + "\n";
}

Grid prices_grid(const MachineSpec& machine) {
  Grid grid;
  grid.columns = {{"price", false}, {"value", true}, {"low", true},
                  {"high", true},   {"what", false}, {"source", false}};
  for (const PriceField& field : price_fields()) {
    const Sourced<Duration>& price = machine.prices.*field.price;
    grid.rows.push_back({field.name, ns_text(price.value), ns_text(price.low), ns_text(price.high),
                         field.meaning, price.source});
  }
  for (const LimitField& field : limit_fields()) {
    const Sourced<std::int64_t>& limit = machine.*field.limit;
    grid.rows.push_back({field.name, limit_text(field, limit.value), limit_text(field, limit.low),
                         limit_text(field, limit.high), field.meaning, limit.source});
  }
  return grid;
}

Grid load_grid(const MachineSpec& machine) {
  Grid grid{{{"load of a socket's memory", true}, {"latency of a local read", true}}, {}};
  for (const auto& [rate, latency] : machine.loaded_latency) {
    grid.rows.push_back({canonical_text(Dimension::rate, rate), ns_text(latency)});
  }
  return grid;
}

}  // namespace

ExitCode machine_show_command(const std::string& name) {
  const MachineSpec machine = read_machine(name);
  std::string text = shape_text(machine) + "\n" + aligned_text(prices_grid(machine));
  if (!machine.loaded_latency.empty()) {
    text += "\n" + aligned_text(load_grid(machine)) + "(" +
            one_line(machine.loaded_latency_source) + ")\n";
  }
  print(text);
  return ExitCode::passed;
}

ExitCode machine_draw_command(const std::string& name, const std::string& format) {
  if (format != "dot" && format != "svg") {
    throw BadArgument("--format " + format + ": expected dot or svg");
  }
  const std::string graph = Topology(read_machine(name)).graphviz();
  print(format == "dot" ? graph : svg_of(graph));
  return ExitCode::passed;
}

}  // namespace hvsim
