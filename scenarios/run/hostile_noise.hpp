// Applies a schedule to a run: counts the points, asks, holds up, and keeps a record.
//
// What it guarantees: the same cell under the same schedule goes the same way, and a run under the
// list that came of another run goes as that one went. All holds of a run add up to 10 ms at
// most, so a run in which nothing gets done for `no_progress_after` is the algorithm's own doing.
// A wait loop that goes on is slowed down in every run, by an eighth of the time it has lasted:
// what it waits for may take ten thousand turns, and nothing happens in them.
#pragma once

#include <vector>

#include "scenarios/run/perturbation.hpp"
#include "scenarios/run/schedule.hpp"
#include "sim/hw/history.hpp"
#include "sim/hw/noise.hpp"

namespace hvsim {

// What was held up, as it happened.
struct Hold {
  HeldUp what;
  PcpuId pcpu;
  std::uint32_t index;
  Duration length;
  Time at;
  std::size_t verbs_before;  // of the whole run
};

class HostileNoise : public Noise, public History {
 public:
  static constexpr Duration most_in_all = milliseconds(10);
  static constexpr Duration no_progress_after = milliseconds(20);

  // `keep`: keeps every verb, to be told.
  HostileNoise(unsigned pcpus, Schedule& schedule, bool keep)
      : schedule_(schedule), keep_(keep), pcpus_(pcpus) {}

  Time verb(PcpuId pcpu, Time now) override;
  Time commit(PcpuId pcpu, Time now) override;
  Duration interrupt(PcpuId target, Time now) override;
  void done(const DoneVerb& verb) override;
  void progress(PcpuId pcpu, Time at) override { pcpus_[pcpu.n].turn_began = at; }

  // Neighbouring points of one kind, pCPU and length are one perturbation.
  std::vector<Perturbation> perturbations() const;
  const std::vector<Hold>& holds() const { return holds_; }
  const std::vector<DoneVerb>& verbs() const { return verbs_; }
  std::uint32_t steps() const;  // and stores
  // When each pCPU last got something done, by number; 0: never.
  std::vector<Time> turns_began() const;

 private:
  struct Pcpu {
    std::uint32_t step = 0;
    std::uint32_t store = 0;
    std::uint32_t interrupt = 0;
    std::uint32_t turn = 0;  // verbs begun since the step was
    Time step_began{};
    Time turn_began{};
    bool verb_held = false;
    bool commit_held = false;
    Time verb_from{};
    Time commit_from{};
    std::vector<DoneVerb> seen;  // since its last verb that changed anything
  };

  Duration ask(HeldUp what, PcpuId pcpu, std::uint32_t index, Time now);
  static bool is_step(Pcpu& pcpu, const DoneVerb& verb);

  Schedule& schedule_;
  bool keep_;
  std::vector<Pcpu> pcpus_;
  Duration held_in_all_{};
  std::vector<Hold> holds_;
  std::size_t verbs_done_ = 0;
  std::vector<DoneVerb> verbs_;
};

}  // namespace hvsim
