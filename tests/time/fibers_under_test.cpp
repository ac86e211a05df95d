// The engine that test_time holds to the contract.
#include "sim/time/fiber_engine.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {

std::unique_ptr<Engine> make_engine_under_test(unsigned strands, const EngineOptions& options) {
  return make_fiber_engine(strands, options);
}

}  // namespace hvsim
