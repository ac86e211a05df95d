// vm_assist: what a domain asked the hypervisor to do otherwise for it, a bit each.
//
// What it is: the domain's word of assists in memory and the hypercall that changes it. A domain
// may switch a bit on and off at any time; nobody waits for those who have read it before.
// What it guarantees: a bit is visible to all pCPUs when the call returns. Errors: a type that is
// not in the valid mask or no bit of the word is -EINVAL, an unknown command -ENOSYS. Source:
// runstate sheet, C; seed of 20 May 2016; xen 72c538cca9.
#pragma once

#include <cstdint>
#include <string>

#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

// The errors of the public interface that hypercalls about run states return.
inline constexpr long hypercall_okay = 0;
inline constexpr long enxio = -6;
inline constexpr long efault = -14;
inline constexpr long einval = -22;
inline constexpr long enosys = -38;

enum class AssistCommand : unsigned { enable = 0, disable = 1 };
inline constexpr unsigned runstate_update_flag_assist = 5;

// Which types a kind of domain may name.
inline constexpr std::uint64_t pv_assists = 0x3f;   // 0 to 5 (May 2016)
inline constexpr std::uint64_t arm_assists = 0x20;  // 5 alone

class VmAssist {
 public:
  VmAssist(Host& host, const std::string& domain, SocketId node, std::uint64_t valid);

  long vm_assist(Cpu& cpu, unsigned command, unsigned type);
  bool has(Cpu& cpu, unsigned type) const { return (cpu.load(word_) >> type & 1u) != 0; }

  // Ghost: an enabling call has returned and no later call to disable has begun.
  bool promised(unsigned type) const { return (promised_ >> type & 1u) != 0; }

 private:
  Shared<std::uint64_t>& word_;
  std::uint64_t valid_;
  std::uint64_t promised_ = 0;
};

}  // namespace hvsim
