// The word that a guest and the hypervisor share: who may use an entry, and the five tries.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>

#include "models/hypervisor/grants/shared_entry.hpp"

namespace hvsim {
namespace {

// Executes verbs on the spot, and lets a guest act before each locked instruction.
class GuestInBetween : public Cpu {
 public:
  explicit GuestInBetween(std::function<void()> guest)
      : Cpu(PcpuId{0}), guest_(std::move(guest)) {}

  unsigned rmws = 0;

  Time now() const override { return {}; }
  void fence(Where) override {}
  void relax(Where) override {}
  bool relax_until_interrupt(Where) override { return true; }
  void compute(Duration) override {}
  Duration compute_until_interrupt(Duration) override { return {}; }
  void copy(Address, Address, std::uint64_t, Where) override {}
  void clear(Address, std::uint64_t, Where) override {}
  void copy_words(Shared<std::uint64_t>*, const Shared<std::uint64_t>*, std::size_t, std::size_t,
                  Where) override {}
  void hypercall() override {}
  void syscall() override {}
  void sysret() override {}
  void switch_registers() override {}
  void write_cr3(Address, Pcid, bool) override {}
  std::optional<Address> translate(Linear, Where) override { return std::nullopt; }
  void invlpg(Linear) override {}
  void flush_tlb_all() override {}
  void flush_tlb() override {}
  void set_timer(Time) override {}
  void end_of_interrupt() override {}
  void send_ipi(const PcpuSet&, Vector, Where) override {}
  bool set_interrupts(bool on) override { return on; }
  void take_interrupts() override {}
  void halt(Time) override {}
  void progress() override {}
  void ghost_point() override {}
  void violated(const std::string& rule, const std::string&, const void*, Where) override {
    throw std::runtime_error(rule);
  }
  void waits_for(const std::string&, PcpuId) override {}
  void waits_for_nothing() override {}

 protected:
  static Shared<std::uint32_t>& entry_word(const void* word) {
    return *static_cast<Shared<std::uint32_t>*>(const_cast<void*>(word));
  }
  std::uint64_t load_word(const void* word, unsigned, Where) override {
    return entry_word(word).peek();
  }
  void store_word(void* word, unsigned, std::uint64_t value, Where) override {
    entry_word(word).poke(static_cast<std::uint32_t>(value));
  }
  std::uint64_t rmw_word(void* word, unsigned, Rmw op, std::uint64_t operand,
                         std::uint64_t expected, Where) override {
    ++rmws;
    guest_();
    Shared<std::uint32_t>& shared = entry_word(word);
    const std::uint32_t before = shared.peek();
    if (op == Rmw::bit_and) {
      shared.poke(before & static_cast<std::uint32_t>(operand));
    } else if (op == Rmw::cmpxchg && before == expected) {
      shared.poke(static_cast<std::uint32_t>(operand));
    }
    return before;
  }

 private:
  std::function<void()> guest_;
};

constexpr std::uint32_t granted_to_7 = (7u << 16) | grant_flag::permit_access;

TEST(SharedEntry, SetStatusMarksReadingAndWriting) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7);
  GuestInBetween cpu([] {});
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::map), GrantStatus::okay);
  EXPECT_EQ(entry.flags_domid.peek(), granted_to_7 | grant_flag::reading);
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, false, true, StatusFor::map), GrantStatus::okay);
  EXPECT_EQ(entry.flags_domid.peek(), granted_to_7 | grant_flag::reading | grant_flag::writing);
  clear_writing(cpu, entry);
  clear_reading(cpu, entry);
  EXPECT_EQ(entry.flags_domid.peek(), granted_to_7);
}

TEST(SharedEntry, SetStatusGivesUpAfterFiveTries) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7);
  std::uint32_t changes = 0;
  GuestInBetween cpu([&] { entry.flags_domid.poke(granted_to_7 | (++changes % 2) << 9); });
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::map),
            GrantStatus::general_error);
  EXPECT_EQ(cpu.rmws, 5u);
}

TEST(SharedEntry, SetStatusSurvivesAGuestThatStopsInTime) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7);
  std::uint32_t changes = 0;
  GuestInBetween cpu([&] {
    if (++changes < 5) {
      entry.flags_domid.poke(granted_to_7 | changes << 9);
    }
  });
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::map), GrantStatus::okay);
}

TEST(SharedEntry, SetStatusLooksAgainAtWhatTheGuestChanged) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7);
  GuestInBetween cpu([&] { entry.flags_domid.poke(0); });
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::map),
            GrantStatus::general_error);
  EXPECT_EQ(entry.flags_domid.peek(), 0u);
}

TEST(SharedEntry, ASubPageGrantMayBeCopiedButNotMapped) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7 | grant_flag::sub_page);
  GuestInBetween cpu([] {});
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::map),
            GrantStatus::general_error);
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, true, false, StatusFor::copy), GrantStatus::okay);
}

TEST(SharedEntry, AGuestCannotRevokeWhatIsInUse) {
  SharedEntry entry;
  GuestInBetween cpu([] {});
  grant_access(cpu, entry, DomainId{7}, 42, false);
  EXPECT_EQ(entry.frame.peek(), 42u);
  EXPECT_EQ(set_status(cpu, entry, DomainId{7}, false, false, StatusFor::map), GrantStatus::okay);
  EXPECT_FALSE(revoke_access(cpu, entry));
  clear_reading(cpu, entry);
  EXPECT_FALSE(revoke_access(cpu, entry));
  clear_writing(cpu, entry);
  EXPECT_TRUE(revoke_access(cpu, entry));
  EXPECT_EQ(entry.flags_domid.peek(), 0u);
}

TEST(SharedEntry, RevokeSeesAHypervisorThatComesInBetween) {
  SharedEntry entry;
  entry.flags_domid.poke(granted_to_7);
  GuestInBetween cpu([&] { entry.flags_domid.poke(granted_to_7 | grant_flag::reading); });
  EXPECT_FALSE(revoke_access(cpu, entry));
}

}  // namespace
}  // namespace hvsim
