// How the program ends: the codes of pytest, so that scripts and people know them already.
#pragma once

namespace hvsim {

enum class ExitCode {
  passed = 0,
  failed = 1,  // a claim does not hold, or a machine does not do what its file says
  interrupted = 2,
  defect = 3,    // an algorithm broke a rule, or hvsim itself failed a check
  unusable = 4,  // wrong usage, a wrong file, a place that cannot be written, a limit reached
  nothing_to_do = 5,
};

}  // namespace hvsim
