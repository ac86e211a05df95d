// Strands on a stage, with the engine that is under test: the tests of the contract of
// sim/time/engine.hpp are linked once with each engine, and each program says which is its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/time/engine.hpp"

namespace hvsim {

// The engine of this test program.
std::unique_ptr<Engine> make_engine_under_test(unsigned strands, const EngineOptions& options);

using Log = std::vector<std::string>;

// An engine whose strands write down what happens.
struct Stage {
  explicit Stage(const EngineOptions& options = {.lookahead = Duration{10}})
      : engine(make_engine_under_test(8, options)) {}

  void note(const std::string& what) {
    log.push_back(what + "@" + std::to_string(engine->now().ps));
  }
  StrandId spawn(unsigned rank, std::function<void()> body) {
    return engine->spawn(Rank{rank}, std::move(body));
  }

  std::unique_ptr<Engine> engine;
  Log log;
};

}  // namespace hvsim
