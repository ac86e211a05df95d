#include "models/workload/runstate_parameters.hpp"

#include "models/hypervisor/runstate/runstate.hpp"

namespace hvsim {

Parameter runstate_parameter() {
  return {.name = "runstate",
          .type = Parameter::Type::choice,
          .fallback_choice = "update_flag",
          .choices = runstate_names(),
          .doc = "how the records are published and read"};
}

Parameter torn_reads_parameter() {
  return {.name = "torn_reads",
          .type = Parameter::Type::choice,
          .fallback_choice = "finding",
          .choices = {"finding", "count"},
          .doc = "whether a torn read ends the run or is counted"};
}

}  // namespace hvsim
