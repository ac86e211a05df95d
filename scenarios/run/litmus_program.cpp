#include "scenarios/run/litmus_program.hpp"

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

std::int64_t value_of(const LitmusOperand& operand, const std::vector<std::int64_t>& registers) {
  return operand.is_register ? registers[static_cast<std::size_t>(operand.value)] : operand.value;
}

}  // namespace

LitmusProgram::LitmusProgram(const LitmusTest& test, std::span<LitmusCell> cells)
    : test_(&test), cells_(cells), progress_(test.threads.size()) {
  check(cells.size() == test.locations.size(), "a cell for each location");
  reset();
}

void LitmusProgram::reset() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].whole.poke(static_cast<std::uint64_t>(test_->init[i]));
  }
  for (std::size_t t = 0; t < progress_.size(); ++t) {
    progress_[t].registers.assign(test_->threads[t].registers.size(), 0);
    progress_[t].done = 0;
  }
}

void LitmusProgram::run(Cpu& cpu, unsigned thread) {
  LitmusProgress& progress = progress_[thread];
  for (const LitmusOp& op : test_->threads[thread].ops) {
    step(cpu, op, progress.registers);
    ++progress.done;
  }
}

void LitmusProgram::step(Cpu& cpu, const LitmusOp& op, std::vector<std::int64_t>& registers) {
  if (op.kind == LitmusOp::Kind::mfence) {
    cpu.fence();
    return;
  }
  LitmusCell& cell = cells_[op.location];
  switch (op.bytes) {
    case 1:
      return step_on(cpu, cell.bytes[op.offset], op, registers);
    case 2:
      return step_on(cpu, cell.halves[op.offset / 2], op, registers);
    case 4:
      return step_on(cpu, cell.words[op.offset / 4], op, registers);
    default:
      return step_on(cpu, cell.whole, op, registers);
  }
}

template <class T>
void LitmusProgram::step_on(Cpu& cpu, Shared<T>& word, const LitmusOp& op,
                            std::vector<std::int64_t>& registers) {
  const T value = static_cast<T>(hvsim::value_of(op.value, registers));
  const auto take = [&](T before) { registers[op.result] = static_cast<std::int64_t>(before); };
  switch (op.kind) {
    case LitmusOp::Kind::store:
      cpu.store(word, value);
      break;
    case LitmusOp::Kind::load:
      take(cpu.load(word));
      break;
    case LitmusOp::Kind::xchg:
      take(cpu.xchg(word, value));
      break;
    case LitmusOp::Kind::cmpxchg:
      take(cpu.cmpxchg(word, static_cast<T>(hvsim::value_of(op.expected, registers)), value));
      break;
    case LitmusOp::Kind::lockadd:
      cpu.fetch_add(word, value);
      break;
    case LitmusOp::Kind::xadd:
      take(cpu.fetch_add(word, value));
      break;
    case LitmusOp::Kind::mfence:
      fail_check("a fence has no word", Where::here());
  }
}

std::int64_t LitmusProgram::value_of(unsigned location) const {
  return static_cast<std::int64_t>(cells_[location].whole.peek());
}

LitmusOutcome LitmusProgram::outcome() const {
  LitmusOutcome outcome;
  for (const LitmusObserved& what : test_->observed) {
    outcome.push_back(what.is_register ? progress_[what.thread].registers[what.index]
                                       : value_of(what.index));
  }
  return outcome;
}

}  // namespace hvsim
