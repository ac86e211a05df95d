// Two pCPUs pass a word to and fro with cmpxchg, spinning on the cmpxchg itself; one way is half a
// round trip. This is how the matrices of core-to-core-latency were measured, so a matrix from
// here can be laid beside one of a real machine. All pairs of a run are played one after the
// other; who is not playing waits on a line of its own and disturbs nobody.
#include "models/workload/core_to_core.hpp"

#include <algorithm>

namespace hvsim {

namespace {

constexpr std::uint32_t pings_turn = 0;
constexpr std::uint32_t pongs_turn = 1;

std::int64_t median(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

class CoreToCore : public Workload {
 public:
  explicit CoreToCore(const Values& values)
      : values_(values),
        rounds_(values.number("rounds")),
        warm_(values.number("warm_up_rounds")) {}

  std::vector<PcpuId> setup(Host& host) override;
  void run(Cpu& cpu, unsigned worker) override;
  void check(Cpu& cpu) override;
  void measure(Metrics& metrics) override;

 private:
  enum class Distance { same_core, same_socket, other_socket };
  struct Pair {
    unsigned ping;  // workers
    unsigned pong;
    Distance distance;
    std::int64_t one_way_ps = 0;
    std::int64_t passes = 0;  // of the pong side
  };
  using Word = Shared<std::uint32_t>;

  void choose_players(const Host& host);
  void play_ping(Cpu& cpu, Pair& pair);
  void play_pong(Cpu& cpu, Pair& pair);
  void pass(Cpu& cpu, std::uint32_t mine, std::uint32_t theirs);

  Values values_;
  std::int64_t rounds_;
  std::int64_t warm_;
  std::vector<PcpuId> players_;
  std::vector<Pair> pairs_;  // in the order they are played
  Word* ball_ = nullptr;
  std::vector<Word*> called_;  // one a worker: the number of the pair that may play, from 1
};

void CoreToCore::choose_players(const Host& host) {
  if (values_.choice("pairs") == "all") {
    for (unsigned n = 0; n < host.pcpus(); ++n) {
      players_.push_back(PcpuId{n});
    }
    return;
  }
  for (const char* const side : {"first", "second"}) {
    if (values_.count(side) >= host.pcpus()) {
      throw BadParameter(side, "the machine has " + std::to_string(host.pcpus()) + " pCPUs");
    }
    players_.push_back(PcpuId{values_.count(side)});
  }
  if (players_[0] == players_[1]) {
    throw BadParameter("second", "a pCPU does not play with itself");
  }
}

std::vector<PcpuId> CoreToCore::setup(Host& host) {
  choose_players(host);
  for (unsigned ping = 0; ping < players_.size(); ++ping) {
    for (unsigned pong = ping + 1; pong < players_.size(); ++pong) {
      const PcpuId a = players_[ping];
      const PcpuId b = players_[pong];
      const Distance distance = host.core_of(a) == host.core_of(b)       ? Distance::same_core
                                : host.socket_of(a) == host.socket_of(b) ? Distance::same_socket
                                                                         : Distance::other_socket;
      pairs_.push_back({.ping = ping, .pong = pong, .distance = distance});
    }
  }
  ball_ = &host.memory().make<Word>("ball", SocketId{0});
  for (const PcpuId player : players_) {
    const std::string name = "called[" + std::to_string(player.n) + "]";
    called_.push_back(&host.memory().make<Word>(name, host.socket_of(player)));
  }
  called_[pairs_[0].ping]->poke(1);
  called_[pairs_[0].pong]->poke(1);
  return players_;
}

void CoreToCore::run(Cpu& cpu, unsigned worker) {
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    Pair& pair = pairs_[i];
    if (pair.ping != worker && pair.pong != worker) {
      continue;
    }
    const auto number = static_cast<std::uint32_t>(i + 1);
    while (cpu.load(*called_[worker]) != number) {
      cpu.relax();
    }
    if (pair.ping == worker) {
      play_ping(cpu, pair);
      continue;
    }
    play_pong(cpu, pair);
    cpu.progress();
    if (i + 1 < pairs_.size()) {
      cpu.store(*called_[pairs_[i + 1].ping], number + 1);
      cpu.store(*called_[pairs_[i + 1].pong], number + 1);
    }
  }
}

void CoreToCore::pass(Cpu& cpu, std::uint32_t mine, std::uint32_t theirs) {
  while (cpu.cmpxchg(*ball_, mine, theirs) != mine) {
  }
}

void CoreToCore::play_ping(Cpu& cpu, Pair& pair) {
  for (std::int64_t i = 0; i < warm_; ++i) {
    pass(cpu, pings_turn, pongs_turn);
  }
  const Time begin = cpu.now();
  for (std::int64_t i = 0; i < rounds_; ++i) {
    pass(cpu, pings_turn, pongs_turn);
  }
  pair.one_way_ps = (cpu.now() - begin).ps / (2 * rounds_);
}

void CoreToCore::play_pong(Cpu& cpu, Pair& pair) {
  for (std::int64_t i = 0; i < warm_ + rounds_; ++i) {
    pass(cpu, pongs_turn, pings_turn);
    ++pair.passes;
  }
}

void CoreToCore::check(Cpu& cpu) {
  for (const Pair& pair : pairs_) {
    if (pair.passes != warm_ + rounds_ || pair.one_way_ps <= 0) {
      cpu.violated("conservation",
                   "pCPUs " + std::to_string(players_[pair.ping].n) + " and " +
                       std::to_string(players_[pair.pong].n) + " did not play all their rounds",
                   ball_);
    }
  }
  if (ball_->peek() != pings_turn) {
    cpu.violated("conservation", "the ball is not where the last pair left it", ball_);
  }
}

void CoreToCore::measure(Metrics& metrics) {
  const std::pair<Distance, const char*> classes[] = {
      {Distance::same_core, "same_core_ps"},
      {Distance::same_socket, "same_socket_ps"},
      {Distance::other_socket, "other_socket_ps"},
  };
  for (const auto& [distance, name] : classes) {
    std::vector<std::int64_t> times;
    for (const Pair& pair : pairs_) {
      if (pair.distance == distance) {
        times.push_back(pair.one_way_ps);
      }
    }
    if (!times.empty()) {
      metrics.set(name, median(times));
    }
  }
  metrics.set("pairs", static_cast<std::int64_t>(pairs_.size()));
  for (const Pair& pair : pairs_) {
    metrics.histogram("one_way_ps").add(pair.one_way_ps);
    metrics.set("one_way_ps[" + std::to_string(players_[pair.ping].n) + "," +
                    std::to_string(players_[pair.pong].n) + "]",
                pair.one_way_ps);
  }
}

std::vector<Parameter> core_to_core_parameters() {
  using Type = Parameter::Type;
  return {
      {.name = "pairs",
       .type = Type::choice,
       .fallback_choice = "all",
       .choices = {"all", "one"},
       .doc = "every pair of the machine, one after the other, or the one of first and second"},
      {.name = "first",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 511,
       .doc = "a pCPU of the one pair"},
      {.name = "second",
       .type = Type::count,
       .fallback = 1,
       .least = 0,
       .most = 511,
       .doc = "the other pCPU of the one pair"},
      {.name = "rounds",
       .type = Type::count,
       .fallback = 100,
       .least = 1,
       .most = 1'000'000,
       .doc = "round trips that are measured, a pair"},
      {.name = "warm_up_rounds",
       .type = Type::count,
       .fallback = 10,
       .least = 1,
       .most = 1'000'000,
       .doc = "round trips before that"},
  };
}

}  // namespace

WorkloadKind core_to_core_kind() {
  return {
      "core_to_core",
      "pairs of pCPUs pass a word to and fro with cmpxchg: the matrix of one-way times",
      core_to_core_parameters(),
      {
          {"same_socket_ps", "ps", "one way between two cores of a socket: median of the pairs"},
          {"other_socket_ps", "ps", "one way between two sockets: median of the pairs"},
          {"same_core_ps", "ps", "one way between two threads of a core: median of the pairs"},
          {"pairs", "1", "pairs that were played"},
      },
      [](const Values& values) { return std::make_unique<CoreToCore>(values); },
  };
}

}  // namespace hvsim
