// A closed form over a machine's numbers: its words and its value are one thing.
//
// A formula is put together from named numbers of a machine file by + - * / and largest_of, so the
// text that a table shows is the formula that is computed, and the fields it rests on are known.
// Values are whole: picoseconds where prices are in it; / rounds down.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sim/hw/machine_spec.hpp"

namespace hvsim::probes {

class Formula {
 public:
  using Value = std::function<std::int64_t(const MachineSpec&)>;
  // How tightly the outermost operator of a text binds.
  enum class Binds : std::uint8_t { sum, product, word };

  // A number with a name of its own. `fields`: the parts of a machine file that it rests on, such
  // as "prices.l1_hit".
  Formula(std::string text, std::set<std::string> fields, Value value);

  std::int64_t of(const MachineSpec& spec) const { return value_(spec); }
  const std::string& text() const { return text_; }
  const std::set<std::string>& fields() const { return fields_; }

  friend Formula operator+(const Formula& a, const Formula& b);
  friend Formula operator-(const Formula& a, const Formula& b);
  friend Formula operator*(const Formula& a, const Formula& b);
  friend Formula operator/(const Formula& a, const Formula& b);

 private:
  using Operation = std::int64_t (*)(std::int64_t, std::int64_t);
  Formula(const Formula& a, const Formula& b, std::string text, Binds binds, Operation operation);
  // The text as a part of something that binds this tightly.
  std::string inside(Binds outer) const;
  friend Formula largest_of(const std::vector<Formula>& parts);

  std::string text_;
  std::set<std::string> fields_;
  Value value_;
  Binds binds_ = Binds::word;
};

Formula largest_of(const std::vector<Formula>& parts);

// By the name in the machine file. Errors: a name that the tables of machine_spec.hpp do not have
// throws InternalError.
Formula price(const std::string& name);
Formula limit(const std::string& name);
// Of a cache, "l1", "l2" or "l3".
Formula lines_of(const std::string& cache);
Formula ways_of(const std::string& cache);
Formula number(std::int64_t n);
Formula one_picosecond();

const CacheShape& cache_called(const MachineSpec& spec, const std::string& name);
std::int64_t lines_in(const CacheShape& cache);

}  // namespace hvsim::probes
