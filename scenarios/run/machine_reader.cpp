// The parts of a machine file, each by its table of keys.
#include "scenarios/run/machine_reader.hpp"

#include <algorithm>
#include <set>

#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/keys.hpp"
#include "scenarios/run/settings.hpp"
#include "scenarios/run/suggest.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/pcpu_set.hpp"

namespace hvsim {
namespace {

constexpr std::int64_t stand_in_khz = 1'000'000;  // while the file's own clock is wrong

// The value of `key`; its least, after a complaint, if it is not what `type` says. A missing key
// is has_keys()'s complaint.
std::int64_t number(const Node& parent, const char* key, const ValueType& type) {
  const auto node = parent.find(key);
  if (!node) {
    return type.least;
  }
  const ReadValue read = read_value(type, node->json());
  if (!read.ok()) {
    node->complain(read.error);
    return type.least;
  }
  return number_of(type, read.text);
}

std::string text(const Node& parent, const char* key, const char* what) {
  const auto node = parent.find(key);
  return node ? node->text(what).value_or("") : "";
}

std::int64_t price(const Node& parent, const char* key, std::int64_t khz) {
  const ValueType type = price_type();
  const auto node = parent.find(key);
  if (!node) {
    return type.least;
  }
  if (node->json().kind != JsonValue::Kind::string) {
    return number(parent, key, type);
  }
  const Measure measure = parse_duration_or_cycles(node->json().text, khz);
  const bool in_range = measure.value >= type.least && measure.value <= type.most;
  if (measure.ok() && in_range) {
    return measure.value;
  }
  node->complain(measure.ok()
                     ? "must be from " + text_of(type, type.least) + " to " +
                           text_of(type, type.most) + ", found " + in_quotes(node->json().text)
                     : measure.error);
  return type.least;
}

// One price or limit; `read` reads the value of one of its keys.
template <class T, class Read>
void read_sourced(const Node& node, Sourced<T>& out, Read read) {
  const std::size_t before = node.problems().size();
  if (!node.has_keys(sourced_keys()) && !node.json().find("value")) {
    return;
  }
  out.value = T{read(node, "value")};
  out.low = T{read(node, "low")};
  out.high = T{read(node, "high")};
  out.source = text(node, "source", "a source");
  const bool in_band = out.low <= out.value && out.value <= out.high;
  if (node.problems().size() == before && !in_band) {
    node.complain("the value must lie between low and high");
  }
}

class MachineReader {
 public:
  MachineReader(const Node& root, MachineSpec& spec) : root_(root), spec_(spec) {}

  void read() {
    if (!root_.is_object()) {
      return;
    }
    root_.has_keys(machine_keys());
    spec_.title = text(root_, "title", "a title");
    read_shape();
    read_caches();
    read_prices();
    read_limits();
    read_loaded_latency();
    read_hand_over();
    read_lapic();
    read_links();
  }

 private:
  void read_shape() {
    const auto node = root_.find("shape");
    if (!node || !node->is_object()) {
      return;
    }
    node->has_keys(shape_keys());
    const auto count = [&](const char* key, unsigned most) {
      return static_cast<unsigned>(number(*node, key, {ValueType::Kind::count, 1, most}));
    };
    spec_.sockets = count("sockets", ShapeLimits::most_sockets);
    spec_.cores_per_socket = count("cores_per_socket", ShapeLimits::most_cores_per_socket);
    spec_.threads_per_core = count("threads_per_core", ShapeLimits::most_threads_per_core);
    spec_.shape_source = text(*node, "source", "a source");
    if (spec_.pcpus() > max_pcpus) {
      node->complain("at most " + std::to_string(max_pcpus) + " hardware threads in all, found " +
                     std::to_string(spec_.pcpus()));
    }
    read_clock(*node);
  }

  void read_clock(const Node& shape) {
    const auto node = shape.find("clock");
    if (!node) {
      return;
    }
    if (node->json().kind != JsonValue::Kind::string) {
      node->complain("expected " + example_of(Dimension::frequency) + ", found " +
                     kind_name(node->json().kind));
      return;
    }
    const Measure measure = parse_measure(Dimension::frequency, node->json().text);
    const std::int64_t khz = measure.value / 1'000;
    if (!measure.ok()) {
      node->complain(measure.error);
    } else if (measure.value % 1'000 != 0) {
      node->complain(in_quotes(node->json().text) + " is not a whole number of kHz");
    } else if (khz < ShapeLimits::least_clock_khz || khz > ShapeLimits::most_clock_khz) {
      node->complain("must be from 100 MHz to 10 GHz, found " + in_quotes(node->json().text));
    } else {
      spec_.clock_khz = khz;
    }
  }

  void read_caches() {
    const auto node = root_.find("caches");
    if (!node || !node->is_object()) {
      return;
    }
    node->has_keys(caches_keys());
    spec_.caches_source = text(*node, "source", "a source");
    read_cache(*node, "l1", spec_.l1);
    read_cache(*node, "l2", spec_.l2);
    read_cache(*node, "l3", spec_.l3);
  }

  static void read_cache(const Node& caches, const char* key, CacheShape& shape) {
    const auto node = caches.find(key);
    if (!node || !node->has_keys(cache_keys())) {
      return;
    }
    const std::size_t before = node->problems().size();
    const std::int64_t most_bytes = std::int64_t{1} << 30;
    shape.bytes = static_cast<std::uint64_t>(
        number(*node, "size", {ValueType::Kind::size, line_bytes, most_bytes}));
    shape.ways = static_cast<unsigned>(
        number(*node, "ways", {ValueType::Kind::count, 1, ShapeLimits::most_ways}));
    if (node->problems().size() == before && shape.bytes % (shape.ways * line_bytes) != 0) {
      node->complain("the size must be a multiple of ways x 64 B");
    }
  }

  // An object with one member a name of `names`; calls read(i, member).
  template <class Read>
  void read_table(const char* key, const std::vector<Key>& table, Read read) {
    const auto node = root_.find(key);
    if (!node || !node->is_object()) {
      return;
    }
    node->has_keys(table);
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (const auto member = node->find(table[i].name)) {
        read(i, *member);
      }
    }
  }

  void read_prices() {
    const std::int64_t khz = spec_.clock_khz == 0 ? stand_in_khz : spec_.clock_khz;
    const auto fields = price_fields();
    std::vector<Key> table;
    for (const PriceField& field : fields) {
      table.push_back({field.name, true, field.meaning});
    }
    const std::size_t before = root_.problems().size();
    read_table("prices", table, [&](std::size_t i, const Node& member) {
      read_sourced(member, spec_.prices.*fields[i].price,
                   [khz](const Node& node, const char* key) { return price(node, key, khz); });
    });
    const auto prices = root_.find("prices");
    if (!prices || root_.problems().size() != before) {
      return;
    }
    for (const Contradiction& found : contradictions(spec_)) {
      prices->find(found.price)->complain(found.what);
    }
  }

  void read_limits() {
    const auto fields = limit_fields();
    std::vector<Key> table;
    for (const LimitField& field : fields) {
      table.push_back({field.name, true, field.meaning});
    }
    read_table("limits", table, [&](std::size_t i, const Node& member) {
      const ValueType type = limit_type(fields[i]);
      read_sourced(member, spec_.*fields[i].limit,
                   [&type](const Node& node, const char* key) { return number(node, key, type); });
    });
  }

  void read_loaded_latency() {
    const auto node = root_.find("loaded_latency");
    if (!node || !node->is_object()) {
      return;
    }
    node->has_keys(loaded_latency_keys());
    spec_.loaded_latency_source = text(*node, "source", "a source");
    const auto points = node->find("points");
    if (!points || !points->is_array()) {
      return;
    }
    if (points->size() == 0) {
      points->complain("expected at least one point");
    }
    const ValueType rate{ValueType::Kind::rate, 1'000'000, 10'000'000'000'000};
    for (std::size_t i = 0; i < points->size(); ++i) {
      const Node point = points->item(i);
      const std::size_t before = point.problems().size();
      if (!point.has_keys(loaded_point_keys())) {
        continue;
      }
      const std::int64_t load = number(point, "load", rate);
      const Duration latency{number(point, "latency", price_type())};
      const auto& curve = spec_.loaded_latency;
      if (point.problems().size() != before) {
        continue;
      }
      if (!curve.empty() && (load <= curve.back().first || latency <= curve.back().second)) {
        point.complain("load and latency must both be above those of the point before");
      }
      spec_.loaded_latency.emplace_back(load, latency);
    }
  }

  // One of several ways that a machine may work: its name, or "" if it is not a known one.
  std::string read_choice(const char* part, const char* what, std::span<const Key> keys,
                          const ValueType& type, std::string& source) {
    const auto node = root_.find(part);
    if (!node || !node->is_object()) {
      return "";
    }
    node->has_keys(keys);
    source = text(*node, "source", "a source");
    const auto named = node->find(what);
    if (!named) {
      return "";
    }
    const ReadValue read = read_value(type, named->json());
    if (!read.ok()) {
      named->complain(read.error);
      return "";
    }
    return read.text;
  }

  void read_hand_over() {
    const std::string policy = read_choice("hand_over", "policy", hand_over_keys(),
                                           hand_over_type(), spec_.hand_over_source);
    for (const HandOverName& name : hand_over_names()) {
      spec_.hand_over = policy == name.name ? name.policy : spec_.hand_over;
    }
  }

  void read_lapic() {
    const std::string mode =
        read_choice("lapic", "mode", lapic_keys(), lapic_type(), spec_.apic_source);
    for (const ApicName& name : apic_names()) {
      spec_.apic = mode == name.name ? name.mode : spec_.apic;
    }
  }

  void read_links() {
    const auto node = root_.find("links");
    if (!node || !node->is_array() || spec_.sockets == 0) {
      return;
    }
    const std::size_t before = node->problems().size();
    std::set<std::pair<unsigned, unsigned>> known;
    for (std::size_t i = 0; i < node->size(); ++i) {
      const Node link = node->item(i);
      const ValueType socket{ValueType::Kind::count, 0, spec_.sockets - 1};
      if (link.json().kind != JsonValue::Kind::array || link.size() != 2) {
        link.complain("expected two sockets, such as [0, 1]");
        continue;
      }
      const ReadValue from = read_value(socket, link.item(0).json());
      const ReadValue to = read_value(socket, link.item(1).json());
      if (!from.ok() || !to.ok()) {
        link.complain("a socket " + (from.ok() ? to.error : from.error));
        continue;
      }
      const auto a = static_cast<unsigned>(number_of(socket, from.text));
      const auto b = static_cast<unsigned>(number_of(socket, to.text));
      if (a == b || !known.emplace(std::min(a, b), std::max(a, b)).second) {
        link.complain(a == b ? "a link joins two different sockets" : "this link is there twice");
      }
      spec_.links.emplace_back(a, b);
    }
    if (node->problems().size() == before && reached_from_first() < spec_.sockets) {
      node->complain("the links must reach every socket");
    }
  }

  std::size_t reached_from_first() const {
    std::set<unsigned> reached = {0};
    for (unsigned round = 0; round < spec_.sockets; ++round) {
      for (const auto& [a, b] : spec_.links) {
        if (reached.count(a) + reached.count(b) > 0) {
          reached.insert({a, b});
        }
      }
    }
    return reached.size();
  }

  Node root_;
  MachineSpec& spec_;
};

}  // namespace

MachineSpec read_machine_text(const std::string& text, const std::string& file,
                              const std::string& name) {
  Problems problems;
  const JsonValue json = parse_json(text, file, problems);
  MachineSpec spec;
  spec.name = name;
  MachineReader(Node(json, file, problems), spec).read();
  problems.throw_if_any();
  return spec;
}

}  // namespace hvsim
