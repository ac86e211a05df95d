// The protocol between guest and hypervisor on one shared word.
#include "models/hypervisor/grants/shared_entry.hpp"

namespace hvsim {

namespace {

constexpr int tries = 5;

}  // namespace

GrantStatus set_status(Cpu& cpu, SharedEntry& entry, DomainId user, bool readonly, bool pinned,
                       StatusFor purpose) {
  const std::uint32_t looked_at =
      grant_flag::type_mask | (purpose == StatusFor::map ? grant_flag::sub_page : 0);
  std::uint32_t seen = cpu.load(entry.flags_domid);
  for (int attempt = 0; attempt < tries; ++attempt) {
    if (!pinned && ((seen & looked_at) != grant_flag::permit_access || (seen >> 16) != user.n)) {
      return GrantStatus::general_error;
    }
    std::uint32_t wanted = seen | grant_flag::reading;
    if (!readonly) {
      if ((seen & grant_flag::readonly) != 0) {
        return GrantStatus::general_error;
      }
      wanted |= grant_flag::writing;
    }
    const std::uint32_t before = cpu.cmpxchg(entry.flags_domid, seen, wanted);
    if (before == seen) {
      return GrantStatus::okay;
    }
    seen = before;
  }
  return GrantStatus::general_error;  // the guest keeps changing its entry
}

void clear_reading(Cpu& cpu, SharedEntry& entry) {
  cpu.fetch_and(entry.flags_domid, ~grant_flag::reading);
}

void clear_writing(Cpu& cpu, SharedEntry& entry) {
  cpu.fetch_and(entry.flags_domid, ~grant_flag::writing);
}

void grant_access(Cpu& cpu, SharedEntry& entry, DomainId user, std::uint32_t frame,
                  bool readonly) {
  cpu.store(entry.frame, frame);
  // x86 keeps the order of stores: whoever sees the flags sees the frame.
  cpu.store(entry.flags_domid,
            (user.n << 16) | grant_flag::permit_access | (readonly ? grant_flag::readonly : 0));
}

bool revoke_access(Cpu& cpu, SharedEntry& entry) {
  std::uint32_t seen = cpu.load(entry.flags_domid);
  for (;;) {
    if ((seen & (grant_flag::reading | grant_flag::writing)) != 0) {
      return false;
    }
    const std::uint32_t before = cpu.cmpxchg(entry.flags_domid, seen, 0);
    if (before == seen) {
      return true;
    }
    seen = before;
  }
}

}  // namespace hvsim
