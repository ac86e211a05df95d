#include "scenarios/probes/formula.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim::probes {
namespace {

std::string capital(std::string cache) {
  cache[0] = 'L';
  return cache;
}

// The member of a table that has this name.
template <class Fields>
auto field_called(const Fields& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.name == name; });
  check(found != fields.end(), "a number of a machine file");
  return *found;
}

}  // namespace

Formula::Formula(std::string text, std::set<std::string> fields, Value value)
    : text_(std::move(text)), fields_(std::move(fields)), value_(std::move(value)) {}

Formula::Formula(const Formula& a, const Formula& b, std::string text, Binds binds,
                 Operation operation)
    : text_(std::move(text)),
      fields_(a.fields_),
      value_([left = a.value_, right = b.value_, operation](const MachineSpec& spec) {
        return operation(left(spec), right(spec));
      }),
      binds_(binds) {
  fields_.insert(b.fields_.begin(), b.fields_.end());
}

std::string Formula::inside(Binds outer) const {
  return binds_ < outer ? "(" + text_ + ")" : text_;
}

Formula operator+(const Formula& a, const Formula& b) {
  return {a, b, a.text_ + " + " + b.text_, Formula::Binds::sum,
          [](std::int64_t x, std::int64_t y) { return x + y; }};
}

Formula operator-(const Formula& a, const Formula& b) {
  return {a, b, a.text_ + " - " + b.inside(Formula::Binds::product), Formula::Binds::sum,
          [](std::int64_t x, std::int64_t y) { return x - y; }};
}

Formula operator*(const Formula& a, const Formula& b) {
  const auto product = Formula::Binds::product;
  return {a, b, a.inside(product) + " x " + b.inside(product), product,
          [](std::int64_t x, std::int64_t y) { return x * y; }};
}

Formula operator/(const Formula& a, const Formula& b) {
  const auto product = Formula::Binds::product;
  return {a, b, a.inside(product) + " / " + b.inside(Formula::Binds::word), product,
          [](std::int64_t x, std::int64_t y) { return x / y; }};
}

Formula largest_of(const std::vector<Formula>& parts) {
  Formula largest = parts.front();
  std::string text = largest.text_;
  for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
    text += ", " + part->text_;
    largest = {largest, *part, "max(" + text + ")", Formula::Binds::word,
               [](std::int64_t x, std::int64_t y) { return std::max(x, y); }};
  }
  return largest;
}

Formula price(const std::string& name) {
  const PriceField field = field_called(price_fields(), name);
  return {name, {"prices." + name}, [member = field.price](const MachineSpec& spec) {
            return (spec.prices.*member).value.ps;
          }};
}

Formula limit(const std::string& name) {
  const LimitField field = field_called(limit_fields(), name);
  return {name, {"limits." + name}, [member = field.limit](const MachineSpec& spec) {
            return (spec.*member).value;
          }};
}

const CacheShape& cache_called(const MachineSpec& spec, const std::string& name) {
  check(name == "l1" || name == "l2" || name == "l3", "a cache of a machine file");
  return name == "l1" ? spec.l1 : name == "l2" ? spec.l2 : spec.l3;
}

std::int64_t lines_in(const CacheShape& cache) {
  return static_cast<std::int64_t>(cache.bytes / line_bytes);
}

Formula lines_of(const std::string& cache) {
  return {"lines of " + capital(cache),
          {"caches." + cache + ".size"},
          [cache](const MachineSpec& spec) { return lines_in(cache_called(spec, cache)); }};
}

Formula ways_of(const std::string& cache) {
  return {"ways of " + capital(cache),
          {"caches." + cache + ".ways"},
          [cache](const MachineSpec& spec) {
            return static_cast<std::int64_t>(cache_called(spec, cache).ways);
          }};
}

Formula number(std::int64_t n) {
  return {std::to_string(n), {}, [n](const MachineSpec&) { return n; }};
}

Formula one_picosecond() {
  return {"1 ps", {}, [](const MachineSpec&) { return std::int64_t{1}; }};
}

}  // namespace hvsim::probes
