// One vCPU of pt_cache: its processes, its turns, and what it measured.
//
// What it is: the recipe of the shadow-cache sheet, F. A turn is a switch to the next process, its
// system calls, perhaps a change of one of its L4s, and perhaps its end: two L4s are freed, two
// new ones take their frames. What you must promise: it lives as long as its vCPU.
// What it guarantees: a vCPU leaves a process before that one's L4s are freed; frames that are
// free are written to, as ordinary memory is, before they are tables again.
#pragma once

#include <vector>

#include "models/hypervisor/sched/scheduler.hpp"
#include "models/workload/pt_process.hpp"
#include "models/workload/storm.hpp"

namespace hvsim {

// What all vCPUs of a run share: the parameters, and where they are.
struct PtSetting {
  L4Loader& loader;
  L4Frames& frames;
  Window window;
  unsigned calls = 0;       // system calls a turn
  Duration user{};          // work between two of them
  Duration kernel{};        // work in one
  std::uint64_t touch = 0;  // bytes that the user program goes over between two
  std::uint32_t write_fraction = 0;
  unsigned write_slots = Process::slots;
  std::uint32_t exit_fraction = 0;
  std::uint32_t shared_fraction = 0;
  unsigned turns = 0;  // 0: until the window ends
};

// What one vCPU did inside the window; times in picoseconds.
struct PtCounts {
  std::int64_t calls = 0;
  std::int64_t switches = 0;
  std::int64_t writes = 0;
  std::int64_t frees = 0;
  std::int64_t loads = 0;   // of cr3, by system calls and switches
  std::int64_t copies = 0;  // loads that copied
  Duration hit{};           // loads that did not copy, in all
  Duration copied{};
  Duration freeing{};
  Histogram call;  // one way, in the hypervisor
  Histogram process_switch;
  Histogram write;
  Histogram exit;
};

class PtGuest {
 public:
  // `common` is the process of all vCPUs of the domain.
  PtGuest(const PtSetting& setting, std::vector<Process> processes, Process& common,
          const ProcessPicker& picker, Address memory, Random random)
      : setting_(setting),
        processes_(std::move(processes)),
        common_(common),
        picker_(picker),
        memory_(memory),
        random_(random),
        entries_(std::uint64_t{random_.next()} << 16) {}

  // The vCPU's body.
  void run(GuestCpu& guest);
  // After the run: what the guest put into its tables is there.
  void check(Cpu& cpu) const;

  const PtCounts& counts() const { return counts_; }
  std::uint64_t all_writes() const { return all_writes_; }  // in the window and outside
  std::uint64_t all_frees() const { return all_frees_; }

 private:
  void turn(GuestCpu& guest);
  void system_call(GuestCpu& guest);
  void toggle(GuestCpu& guest, bool to_kernel);
  void switch_to(GuestCpu& guest, const Process& process);
  void write(GuestCpu& guest, Process& process);
  void end(GuestCpu& guest, Process& process);
  void make_tables(GuestCpu& guest, Process& process);
  void check_table(Cpu& cpu, Address table,
                   const std::array<std::uint64_t, Process::slots>& held) const;
  // A load of cr3 by `load`, counted and timed.
  template <class Load>
  void loads(Cpu& cpu, Histogram& times, Load load);
  std::uint64_t next_entry();

  const PtSetting& setting_;
  std::vector<Process> processes_;
  Process& common_;
  const ProcessPicker& picker_;
  Address memory_;  // `touch` bytes
  Random random_;
  unsigned current_ = 0;
  std::uint64_t entries_;  // handed out: each names another table
  std::uint64_t all_writes_ = 0;
  std::uint64_t all_frees_ = 0;
  PtCounts counts_;
};

}  // namespace hvsim
