// A litmus test: a few threads of a few operations each, and what may come of them.
//
// What a reader (litmus_reader.hpp) guarantees: every index below is within its list, every
// outcome is as long as `observed`, all sets of them are sorted without repeats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hvsim {

// What a test may have at most. What can be searched is far less.
struct LitmusLimits {
  static constexpr std::size_t most_threads = 16;
  static constexpr std::size_t most_ops = 64;  // a thread
  static constexpr std::size_t most_locations = 64;
};

struct LitmusOperand {
  bool is_register = false;
  std::int64_t value = 0;  // or the index of the register
};

struct LitmusOp {
  enum class Kind : std::uint8_t { store, load, mfence, xchg, cmpxchg, lockadd, xadd };

  Kind kind = Kind::mfence;
  unsigned location = 0;
  unsigned bytes = 8;   // a part of the cell's 8 bytes, at a multiple of its size
  unsigned offset = 0;  // of that part
  LitmusOperand value{};
  LitmusOperand expected{};  // of cmpxchg
  unsigned result = 0;       // the register that takes what was there
};

struct LitmusThread {
  std::vector<std::string> registers;  // names; all start at 0
  std::vector<LitmusOp> ops;
};

// A value of the final state: a register of a thread, or a location.
struct LitmusObserved {
  bool is_register = false;
  unsigned thread = 0;
  unsigned index = 0;  // in the thread's registers or the test's locations

  bool operator==(const LitmusObserved&) const = default;
};

// A final state: the values of `observed`, in that order.
using LitmusOutcome = std::vector<std::int64_t>;

// What is asked of a final state.
struct LitmusCondition {
  enum class Kind : std::uint8_t { all_of, any_of, none_of, equal };

  Kind kind = Kind::all_of;
  std::vector<LitmusCondition> parts{};
  unsigned observed = 0;  // of equal: the index in the outcome
  std::int64_t value = 0;

  bool holds(const LitmusOutcome& outcome) const;
};

struct LitmusTest {
  std::string name;
  std::vector<std::string> locations;
  std::vector<std::int64_t> init;  // by location
  std::vector<LitmusThread> threads;
  std::vector<LitmusObserved> observed;
  std::vector<std::string> observed_names;
  std::optional<LitmusCondition> condition{};
  bool for_all = false;  // the condition is about all final states, not about one
  // Whether the condition comes true; not said by every test.
  std::optional<bool> verdict{};
  // Complete sets of final states, if somebody has worked them out.
  std::optional<std::vector<LitmusOutcome>> allowed{};
  std::optional<std::vector<LitmusOutcome>> sc{};
  // `allowed` of processors that put a load together from waiting stores and memory, if it
  // differs.
  std::optional<std::vector<LitmusOutcome>> merging{};
};

}  // namespace hvsim
