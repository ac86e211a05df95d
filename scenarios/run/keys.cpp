// The tables of keys.
#include "scenarios/run/keys.hpp"

namespace hvsim {

std::span<const Key> scenario_keys() {
  static constexpr Key keys[] = {
      {"$schema", false, "where an editor finds the schema of this file"},
      {"name", true, "the scenario's name: letters, digits, \"-\", \"_\" and \".\""},
      {"why", true, "what is asked, and why it matters"},
      {"machine", false, "a machine, by name or path; required unless it is an axis"},
      {"hand_over", false,
       "who is served next when several want one line, instead of the machine's"},
      {"lapic", false, "how software talks to the LAPIC, instead of the machine's"},
      {"prices", false, "prices instead of the machine's, by name"},
      {"limits", false, "limits instead of the machine's, by name"},
      {"workload", true, "what runs: its kind and its parameters"},
      {"axes", false,
       "what is varied: by the name of a setting, its values; the last varies fastest"},
      {"seeds", true, "seeds: every point of the axes is run with each"},
      {"claims", false, "what is expected to come out, and who said so"},
  };
  return keys;
}

std::span<const Key> claim_keys() {
  static constexpr Key keys[] = {
      {"says", true, "the claim, in words"},
      {"source", true, "who says so: a commit, a mail, a paper"},
      {"metric", true, "the metric it is about"},
      {"at", false, "which rows: a value for each axis that is not in \"of\" and \"over\""},
      {"of", false, "of these, the row whose metric is divided"},
      {"over", false, "... and the row it is divided by"},
      {"at_least", false, "lower bound; up to three decimals"},
      {"at_most", false, "upper bound; up to three decimals"},
  };
  return keys;
}

std::span<const Key> machine_keys() {
  static constexpr Key keys[] = {
      {"$schema", false, "where an editor finds the schema of this file"},
      {"title", true, "what the machine is, in a line"},
      {"shape", true, "sockets, cores, threads, clock"},
      {"caches", true, "size and ways of L1, L2 and L3"},
      {"prices", true, "what each access and each instruction takes"},
      {"limits", true, "how much of something there is"},
      {"loaded_latency", true,
       "latency of a local DRAM read against the load on its socket's channels"},
      {"hand_over", true, "who is served next when several want one line"},
      {"lapic", true, "how software talks to the local interrupt controllers"},
      {"links", true, "pairs of sockets that a link joins"},
  };
  return keys;
}

std::span<const Key> shape_keys() {
  static constexpr Key keys[] = {
      {"sockets", true, "sockets; each is a NUMA node"},
      {"cores_per_socket", true, "cores a socket"},
      {"threads_per_core", true, "hardware threads a core"},
      {"clock", true, "the clock that cycles in this file are of"},
      {"source", true, "who says so"},
  };
  return keys;
}

std::span<const Key> caches_keys() {
  static constexpr Key keys[] = {
      {"l1", true, "a core's L1 data cache"},
      {"l2", true, "a core's L2"},
      {"l3", true, "a socket's whole L3, inclusive"},
      {"source", true, "who says so"},
  };
  return keys;
}

std::span<const Key> cache_keys() {
  static constexpr Key keys[] = {
      {"size", true, "its size"},
      {"ways", true, "lines a set"},
  };
  return keys;
}

std::span<const Key> sourced_keys() {
  static constexpr Key keys[] = {
      {"value", true, "the value that is used"},
      {"low", true, "lower end of what is published or plausible"},
      {"high", true, "upper end of it"},
      {"source", true, "who says so, and whether it was read, recalled, derived or is a proxy"},
  };
  return keys;
}

std::span<const Key> loaded_latency_keys() {
  static constexpr Key keys[] = {
      {"source", true, "who says so"},
      {"points", true, "the curve, rising in load and latency"},
  };
  return keys;
}

std::span<const Key> loaded_point_keys() {
  static constexpr Key keys[] = {
      {"load", true, "reads of one socket's channels"},
      {"latency", true, "of a local DRAM read at that load"},
  };
  return keys;
}

std::span<const Key> hand_over_keys() {
  static constexpr Key keys[] = {
      {"policy", true, "the policy's name"},
      {"source", true, "who says so"},
  };
  return keys;
}

std::span<const Key> lapic_keys() {
  static constexpr Key keys[] = {
      {"mode", true, "the mode's name"},
      {"source", true, "who says so"},
  };
  return keys;
}

}  // namespace hvsim
