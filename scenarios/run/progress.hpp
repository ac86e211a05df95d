// How far a sweep is, on one line of a terminal that is written over. Silent elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "scenarios/run/sweep.hpp"

namespace hvsim {

class Progress : public SweepObserver {
 public:
  // `shown` is false where standard error is no terminal.
  Progress(const Scenario& scenario, bool shown);
  ~Progress() override;  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void begun(const CellPlace& cell) override;
  void ended(const CellPlace& cell) override;

 private:
  void show();

  const Scenario& scenario_;
  bool shown_;
  std::size_t cells_;
  std::size_t done_ = 0;
  std::string current_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_shown_{};
};

// "[3/16] 0:12 left, queues=8 seed=1": what the line says after `spent`; no estimate before the
// first cell is done. At most `wide` characters.
std::string progress_text(std::size_t done, std::size_t cells, std::chrono::seconds spent,
                          const std::string& current, std::size_t wide);

}  // namespace hvsim
