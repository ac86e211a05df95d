#include "models/workload/guest_steal.hpp"

#include <string>

namespace hvsim {

void StealClock::set_up(Cpu& cpu, VmAssist& assist) {
  using Remote = RunstateAlgorithm::Remote;
  const Remote remote = records_.front()->algorithm().remote();
  if (remote == Remote::with_assist) {
    remote_ = assist.vm_assist(cpu, static_cast<unsigned>(AssistCommand::enable),
                               runstate_update_flag_assist) == hypercall_okay;
  } else {
    remote_ = remote == Remote::always;
  }
}

Reading StealClock::read(Cpu& cpu, unsigned reader, unsigned of, Where where) {
  Runstate& record = *records_[of];
  if (reader != of && !remote_) {
    cpu.violated("BUG",
                 "CPU " + std::to_string(reader) + " reads the run state of CPU " +
                     std::to_string(of) + ", which only that one may read without the flag",
                 record.area().entry_word(), where);
  }
  return record.read(cpu, reader, reader == of, where);
}

}  // namespace hvsim
