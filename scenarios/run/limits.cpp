#include "scenarios/run/limits.hpp"

#include <array>
#include <limits>

#include "scenarios/run/value_type.hpp"
#include "sim/base/check.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/pcpu_set.hpp"

namespace hvsim {
namespace {

enum Option : std::size_t { simulated_time, verbs, memory, strands, cells, options };

constexpr std::array<LimitOption, options> limit_table = {{
    {"--max-simulated-time", "Simulated time that a cell may take (default: 100 s)"},
    {"--max-verbs", "Verbs that simulating a cell may take (default: 10^12)"},
    {"--max-memory", "Simulated memory of a cell (default: 8 GiB)"},
    {"--max-strands", "Workers of a cell (default: 512)"},
    {"--max-cells", "Cells of a sweep (default: 100000)"},
}};

ValueType type_of(std::size_t option) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  switch (option) {
    case simulated_time:
      return {ValueType::Kind::duration, 1, most / 2};
    case memory:
      return {ValueType::Kind::size, page_bytes, largest_memory};
    case strands:
      return {ValueType::Kind::count, 1, max_pcpus};
    case cells:
      return {ValueType::Kind::count, 1, 100'000'000};
    default:
      return {ValueType::Kind::count, 1, most};
  }
}

void set(std::size_t option, std::int64_t number, Limits& limits) {
  const auto count = static_cast<std::uint64_t>(number);
  switch (option) {
    case simulated_time:
      limits.cell.simulated_time = picoseconds(number);
      break;
    case verbs:
      limits.cell.verbs = count;
      break;
    case memory:
      limits.cell.memory = count;
      break;
    case strands:
      limits.cell.strands = count;
      break;
    default:
      limits.cells = count;
  }
}

}  // namespace

std::span<const LimitOption> limit_options() {
  return limit_table;
}

Limits read_limits(const std::map<std::string, std::string>& given, std::string& error) {
  Limits limits;
  for (std::size_t option = 0; option < options; ++option) {
    const auto text = given.find(limit_table[option].name);
    if (text == given.end() || text->second.empty()) {
      continue;
    }
    const ValueType type = type_of(option);
    const ReadValue read = read_value(type, text->second);
    if (!read.ok()) {
      error = text->first + " " + text->second + ": " + read.error;
      return limits;
    }
    set(option, number_of(type, read.text), limits);
  }
  return limits;
}

std::string text_of(const LimitReached& reached) {
  const auto name_one = [&](Option option, const char* of_what) {
    return "takes more than " +
           text_of(type_of(option), static_cast<std::int64_t>(reached.most())) + of_what +
           ": raise the limit with " + limit_table[option].name;
  };
  switch (reached.which()) {
    case RunLimit::simulated_time:
      return name_one(simulated_time, " of simulated time");
    case RunLimit::verbs:
      return name_one(verbs, " verbs");
    case RunLimit::memory:
      return name_one(memory, " of simulated memory");
    case RunLimit::strands:
      break;
  }
  return name_one(strands, " strands");
}

}  // namespace hvsim
