// The engine that test_simgrid holds to the contract.
#include "sim/time/s4u_engine.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {

std::unique_ptr<Engine> make_engine_under_test(unsigned strands, const EngineOptions& options) {
  return make_s4u_engine(strands, options);
}

}  // namespace hvsim
