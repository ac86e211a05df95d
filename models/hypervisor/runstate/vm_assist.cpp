#include "models/hypervisor/runstate/vm_assist.hpp"

namespace hvsim {

VmAssist::VmAssist(Host& host, const std::string& domain, SocketId node, std::uint64_t valid)
    : word_(host.memory().make<Shared<std::uint64_t>>("vm_assist[" + domain + "]", node)),
      valid_(valid) {}

long VmAssist::vm_assist(Cpu& cpu, unsigned command, unsigned type) {
  if (type >= 64 || (valid_ >> type & 1u) == 0) {
    return einval;
  }
  const std::uint64_t bit = std::uint64_t{1} << type;
  switch (static_cast<AssistCommand>(command)) {
    case AssistCommand::enable:
      cpu.test_and_set_bit(word_, type);
      cpu.ghost_point();
      promised_ |= bit;
      return hypercall_okay;
    case AssistCommand::disable:
      cpu.ghost_point();
      promised_ &= ~bit;
      cpu.test_and_clear_bit(word_, type);
      return hypercall_okay;
  }
  return enosys;
}

}  // namespace hvsim
