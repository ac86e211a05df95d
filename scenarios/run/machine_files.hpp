// Where machines are found.
//
// A machine is given by name (NAME stands for models/machines/NAME.json) or by path (it contains a
// "/" or ends in ".json"). A name is looked for in ../models/machines from the folder of the file
// that names it, in models/machines from the current folder, and in models/machines and
// share/hvsim/machines beside the folder of the executable; the first found is taken. A path is
// tried from the folder of the file that names it, then from the current folder.
#pragma once

#include <string>
#include <vector>

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

// `named_in`: the scenario that names the machine; "" for the command line. Errors: BadInput, if
// there is no such machine (with a suggestion and the list) or its file is wrong.
MachineSpec read_machine(const std::string& name, const std::string& named_in = "");

// Whether a machine is given by path rather than by name.
bool is_machine_path(const std::string& name);

// The names of all machines that can be found, each once, sorted.
std::vector<std::string> machine_names(const std::string& named_in = "");

}  // namespace hvsim
