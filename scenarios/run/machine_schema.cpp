// The schema of machine files.
#include "scenarios/run/keys.hpp"
#include "scenarios/run/machine_reader.hpp"
#include "scenarios/run/schema_parts.hpp"
#include "scenarios/run/settings.hpp"

namespace hvsim {
namespace {

class MachineSchema {
 public:
  std::string write() {
    json_.begin_object();
    write_schema_head(json_, "A machine of hvsim");
    write_closed_object(json_, machine_keys());
    json_.key("properties");
    json_.begin_object();
    write_text_schema(json_, "$schema", meaning("$schema"));
    write_text_schema(json_, "title", meaning("title"));
    write_shape();
    write_caches();
    write_prices();
    write_limits();
    write_loaded_latency();
    write_choice("hand_over", "policy", hand_over_keys(), hand_over_type());
    write_choice("lapic", "mode", lapic_keys(), lapic_type());
    write_links();
    json_.end_object();
    write_definitions();
    json_.end_object();
    return json_.text();
  }

 private:
  static std::string meaning(const char* key) { return meaning_of(machine_keys(), key); }

  // "name": an object with the keys of the table; the caller ends its properties and the object.
  void begin_part(const char* name, const std::string& what, std::span<const Key> table) {
    json_.key(name);
    json_.begin_object();
    json_.member("description", what);
    write_closed_object(json_, table);
    json_.key("properties");
    json_.begin_object();
  }

  void end_part() {
    json_.end_object();
    json_.end_object();
  }

  void write_value(const std::string& key, const std::string& what, const ValueType& type,
                   bool with_cycles = false) {
    json_.key(key);
    json_.begin_object();
    json_.member("description", what);
    write_type_schema(json_, type, with_cycles);
    json_.end_object();
  }

  void write_shape() {
    const auto keys = shape_keys();
    begin_part("shape", meaning("shape"), keys);
    const auto count = [&](const char* key, unsigned most) {
      write_value(key, meaning_of(keys, key), {ValueType::Kind::count, 1, most});
    };
    count("sockets", ShapeLimits::most_sockets);
    count("cores_per_socket", ShapeLimits::most_cores_per_socket);
    count("threads_per_core", ShapeLimits::most_threads_per_core);
    json_.key("clock");
    json_.begin_object();
    json_.member("description", meaning_of(keys, "clock"));
    json_.member("type", "string");
    json_.member("pattern", measure_pattern(Dimension::frequency, false));
    json_.end_object();
    write_text_schema(json_, "source", meaning_of(keys, "source"));
    end_part();
  }

  void write_caches() {
    begin_part("caches", meaning("caches"), caches_keys());
    for (const char* level : {"l1", "l2", "l3"}) {
      write_reference(json_, level, "cache", meaning_of(caches_keys(), level));
    }
    write_text_schema(json_, "source", meaning_of(caches_keys(), "source"));
    end_part();
  }

  void write_prices() {
    std::vector<Key> table;
    for (const PriceField& field : price_fields()) {
      table.push_back({field.name, true, field.meaning});
    }
    begin_part("prices", meaning("prices"), table);
    for (const Key& key : table) {
      write_reference(json_, key.name, "price", key.meaning);
    }
    end_part();
  }

  void write_limits() {
    std::vector<Key> table;
    for (const LimitField& field : limit_fields()) {
      table.push_back({field.name, true, field.meaning});
    }
    begin_part("limits", meaning("limits"), table);
    for (const LimitField& field : limit_fields()) {
      const bool is_rate = limit_type(field).kind == ValueType::Kind::rate;
      write_reference(json_, field.name, is_rate ? "rate" : "count", field.meaning);
    }
    end_part();
  }

  void write_loaded_latency() {
    const auto keys = loaded_latency_keys();
    begin_part("loaded_latency", meaning("loaded_latency"), keys);
    write_text_schema(json_, "source", meaning_of(keys, "source"));
    json_.key("points");
    json_.begin_object();
    json_.member("description", meaning_of(keys, "points"));
    json_.member("type", "array");
    json_.member("minItems", std::int64_t{1});
    json_.key("items");
    json_.begin_object();
    const auto point = loaded_point_keys();
    write_closed_object(json_, point);
    json_.key("properties");
    json_.begin_object();
    write_value("load", meaning_of(point, "load"), {ValueType::Kind::rate});
    write_value("latency", meaning_of(point, "latency"), price_type());
    json_.end_object();
    json_.end_object();
    json_.end_object();
    end_part();
  }

  void write_choice(const char* part, const char* what, std::span<const Key> keys,
                    const ValueType& type) {
    begin_part(part, meaning(part), keys);
    write_value(what, meaning_of(keys, what), type);
    write_text_schema(json_, "source", meaning_of(keys, "source"));
    end_part();
  }

  void write_links() {
    json_.key("links");
    json_.begin_object();
    json_.member("description", meaning("links"));
    json_.member("type", "array");
    json_.key("items");
    json_.begin_object();
    json_.member("type", "array");
    json_.member("minItems", std::int64_t{2});
    json_.member("maxItems", std::int64_t{2});
    json_.key("items");
    json_.begin_object();
    write_type_schema(json_, {ValueType::Kind::count, 0, ShapeLimits::most_sockets - 1});
    json_.end_object();
    json_.end_object();
    json_.end_object();
  }

  // A value with its band and its source.
  void write_sourced(const char* name, const ValueType& type, bool with_cycles) {
    const auto keys = sourced_keys();
    json_.key(name);
    json_.begin_object();
    write_closed_object(json_, keys);
    json_.key("properties");
    json_.begin_object();
    for (const char* key : {"value", "low", "high"}) {
      write_value(key, meaning_of(keys, key), type, with_cycles);
    }
    write_text_schema(json_, "source", meaning_of(keys, "source"));
    json_.end_object();
    json_.end_object();
  }

  void write_definitions() {
    json_.key("definitions");
    json_.begin_object();
    json_.key("cache");
    json_.begin_object();
    write_closed_object(json_, cache_keys());
    json_.key("properties");
    json_.begin_object();
    write_value("size", meaning_of(cache_keys(), "size"), {ValueType::Kind::size});
    write_value("ways", meaning_of(cache_keys(), "ways"),
                {ValueType::Kind::count, 1, ShapeLimits::most_ways});
    json_.end_object();
    json_.end_object();
    write_sourced("price", price_type(), true);
    write_sourced("rate", {ValueType::Kind::rate}, false);
    write_sourced("count", {ValueType::Kind::count, 1, most_count}, false);
    json_.end_object();
  }

  static constexpr std::int64_t most_count = 1'024;  // of limit_type()

  JsonWriter json_;
};

}  // namespace

std::string machine_schema() {
  return MachineSchema().write();
}

}  // namespace hvsim
