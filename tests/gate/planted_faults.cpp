// The faults that the determinism gate has to see, one of each kind that makes a C++ program's
// answer depend on what it may not depend on. Linked into gate_planted in place of
// scenarios/run/cell_runner.cpp; HVSIM_FAULT in the environment chooses, "none" is the program as
// it should be.
//
// A fault is a number; 37 times as much, modulo a thousand, are the nanoseconds that every pCPU is
// held up at 2 us, so that the history parts there. Two faults reach the result only.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scenarios/run/cell_runner.hpp"
#include "sim/base/check.hpp"
#include "sim/hw/noise.hpp"

namespace hvsim {
namespace {

using Number = std::uint64_t;

Number mixed(Number sum, Number next) {
  return (sum * 31 + next) % 1'000'003;
}

// What differs between standard libraries.

template <class Distribution>
Number drawn(Distribution distribution) {
  std::mt19937_64 generator(1);
  Number sum = 0;
  for (int i = 0; i < 20; ++i) {
    sum = mixed(sum, std::bit_cast<Number>(distribution(generator)) % 1'000'003);
  }
  return sum;
}

Number shuffled() {
  std::mt19937_64 generator(1);
  std::vector<Number> numbers(20);
  std::iota(numbers.begin(), numbers.end(), 0u);
  std::shuffle(numbers.begin(), numbers.end(), generator);
  return std::accumulate(numbers.begin(), numbers.end(), Number{0}, mixed);
}

Number order_of_strings() {
  std::unordered_map<std::string, Number> numbers;
  for (Number i = 0; i < 40; ++i) {
    numbers["lock" + std::to_string(i)] = i;
  }
  Number sum = 0;
  for (const auto& pair : numbers) {
    sum = mixed(sum, pair.second);
  }
  return sum;
}

Number order_of_equals() {
  std::vector<std::pair<Number, Number>> items;
  for (Number i = 0; i < 100; ++i) {
    items.emplace_back(i % 3, i);
  }
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Number sum = 0;
  for (const auto& item : items) {
    sum = mixed(sum, item.second);
  }
  return sum;
}

// What differs between compilers and optimisation levels.

// Functions of different sizes: where each lies is up to the optimiser.
template <int n>
[[gnu::noinline]] Number sized(Number x) {
  for (int i = 0; i < n; ++i) {
    x = mixed(x, x >> (i % 7 + n % 5)) + static_cast<Number>(n);
  }
  return x;
}

template <int... n>
std::vector<Number (*)(Number)> sized_functions(std::integer_sequence<int, n...>) {
  return {&sized<n>...};
}

Number order_of_pointers() {
  const auto functions = sized_functions(std::make_integer_sequence<int, 40>());
  std::unordered_set<Number (*)(Number)> places(functions.begin(), functions.end());
  Number sum = 0;
  for (const auto function : places) {
    const auto at = std::find(functions.begin(), functions.end(), function);
    sum = mixed(sum, static_cast<Number>(at - functions.begin()));
  }
  return sum;
}

// This file is compiled with contraction, as if -ffp-contract=off had been lost.
Number floating_point() {
  volatile double step = 0.01;
  Number sum = 0;
  for (int i = 1; i < 200; ++i) {
    const double x = 1.1 + step * i;
    const double y = std::pow(x, 1.3) * std::log(x) + std::exp(-x / 50) * std::sin(x);
    sum = mixed(sum, std::bit_cast<Number>(y) % 1'000'003);
  }
  return sum;
}

Number difference(Number a, Number b) {
  return a * 3 + b;
}

Number order_of_arguments() {
  Number next = 0;
  const auto draw = [&next] { return ++next; };
  return difference(draw(), draw());
}

// What was never written.

Number stack_as_found() {
  volatile Number words[8];
  return words[3] % 1'000'003;
}

Number heap_as_found() {
  volatile std::size_t bytes = 4096;
  const std::unique_ptr<unsigned char, decltype(&std::free)> room(
      static_cast<unsigned char*>(std::malloc(bytes)), &std::free);
  const volatile unsigned char* seen = room.get();
  return seen[2000];
}

Number beyond_the_heap() {
  volatile std::size_t place = 8;
  const std::unique_ptr<unsigned char[]> room(new unsigned char[8]());
  const volatile unsigned char* seen = room.get();
  return seen[place] == 5 ? 1 : 0;
}

Number overflowed() {
  volatile int most = 2'147'483'647;
  const int next = most + 1;
  return next == 5 ? 1 : 0;
}

// What belongs to the host.

Number wall_clock() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<Number>(std::chrono::nanoseconds(now).count());
}

Number time_zone() {
  const std::time_t noon = 43'200;
  std::tm local{};
  ::localtime_r(&noon, &local);
  return static_cast<Number>(local.tm_hour);
}

Number decimal_point() {
  std::setlocale(LC_ALL, "");
  const Number point = static_cast<unsigned char>(*std::localeconv()->decimal_point);
  std::setlocale(LC_ALL, "C");
  return point;
}

Number address() {
  const auto room = std::make_unique<int>(0);
  return std::bit_cast<Number>(room.get()) >> 12;
}

Number folder() {
  Number sum = 0;
  for (const char c : std::filesystem::current_path().string()) {
    sum = mixed(sum, static_cast<unsigned char>(c));
  }
  return sum;
}

// How many cells were run before.
Number cells_before() {
  static std::atomic<Number> cells{0};
  return cells.fetch_add(1);
}

class Hold : public Noise {
 public:
  explicit Hold(Number ns) : until_{from_.ps + static_cast<std::int64_t>(ns) * 1000} {}

  Time verb(PcpuId, Time now) override { return now < from_ ? now : until_; }
  Time commit(PcpuId, Time now) override { return now; }
  Duration interrupt(PcpuId, Time) override { return {}; }

 private:
  static constexpr Time from_{2'000'000};
  Time until_;
};

const std::map<std::string, std::function<Number()>>& holds() {
  static const std::map<std::string, std::function<Number()>> table = {
      {"none", [] { return Number{0}; }},
      {"uniform_int_distribution",
       [] { return drawn(std::uniform_int_distribution<std::int64_t>(0, 999)); }},
      {"normal_distribution", [] { return drawn(std::normal_distribution<double>(0, 100)); }},
      {"shuffle", shuffled},
      {"unordered_map_of_strings", order_of_strings},
      {"unordered_set_of_pointers", order_of_pointers},
      {"sort_with_ties", order_of_equals},
      {"floating_point_contraction", floating_point},
      {"argument_order", order_of_arguments},
      {"uninitialised_stack", stack_as_found},
      {"uninitialised_heap", heap_as_found},
      {"beyond_the_heap", beyond_the_heap},
      {"signed_overflow", overflowed},
      {"wall_clock", wall_clock},
      {"time_zone", time_zone},
      {"locale", decimal_point},
      {"address", address},
      {"folder", folder},
      {"order_of_cells", cells_before},
  };
  return table;
}

CellOutcome run_faulty(const std::string& fault, const Cell& cell, bool keep_lines,
                       RunOptions options) {
  // Two that only show in what the simulator did, not in what it simulated.
  if (fault == "switches" || fault == "verbs") {
    CellOutcome outcome = run_cell(cell, keep_lines, options);
    outcome.row.digest ^= fault == "verbs" ? outcome.cost.verbs : outcome.cost.switches;
    return outcome;
  }
  const auto known = holds().find(fault);
  check(known != holds().end(), "HVSIM_FAULT names a fault");
  Hold hold(known->second() * 37 % 1000);
  options.noise = &hold;
  return run_cell(cell, keep_lines, options);
}

}  // namespace

CellRunner cell_runner(bool keep_lines, const RunOptions& options) {
  const char* named = std::getenv("HVSIM_FAULT");
  const std::string fault = named == nullptr ? "none" : named;
  return [fault, keep_lines, options](const Cell& cell) {
    return run_faulty(fault, cell, keep_lines, options);
  };
}

}  // namespace hvsim
