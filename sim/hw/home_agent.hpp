// Who gets a contended line next.
//
// Every request first reaches the line's place in its own socket's L3. If the line is there, at
// rest and not owned elsewhere, it is granted at once; else it waits. How a line is handed on is
// the machine's named policy (HandOver in machine_spec.hpp):
//   fifo               one queue for the machine, oldest first.
//   local_first        requests wait in their own socket. A socket that wants a line owned in
//                      another sends one snoop at a time, which is under way for half of the
//                      cross- socket price; meanwhile the owning socket goes on handing the line
//                      to its own, oldest first. When the snoop arrives it is next. So hand-overs
//                      inside a socket overlap the way to the other one, as they do in hardware. A
//                      line that is wanted elsewhere is handed on access by access, and the core
//                      that had it last does not get it back before the snoop.
//   local_first_retry  the same, but a socket's waiting requests are not in a queue: each is
//   turned
//                      away and tries again, so any of them may be next (a seeded draw).
// Loads that wait in one socket are all served by the first that is.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/hw/coherence.hpp"
#include "sim/hw/request.hpp"
#include "sim/time/engine.hpp"

namespace hvsim {

// Requests waiting in one place. Taking any of them costs the same.
class WaitingRequests {
 public:
  WaitingRequests() { requests_.reserve(16); }

  bool empty() const { return first_ == requests_.size(); }
  std::size_t size() const { return requests_.size() - first_; }
  // Behind all that arrived before it, by (time, rank).
  void add(Request& request);
  const Request& oldest() const { return *requests_[first_]; }
  Request& take_oldest();
  Request& take(std::size_t index);

 private:
  std::vector<Request*> requests_;
  std::size_t first_ = 0;
};

class HomeAgent {
 public:
  HomeAgent(const MachineSpec& spec, Coherence& coherence, Engine& engine, Random random);

  // Sends a request on its way at `now`. Its strand must call act() whenever request.next has
  // come.
  void issue(Request& request, Time now);
  // Goes on with a request whose `next` is now. True: the line has arrived, the request is idle.
  bool act(Request& request, Time now);

 private:
  // The requests that want one line.
  struct Queue {
    struct Socket {
      WaitingRequests loads;
      WaitingRequests owns;
      Request* crossing = nullptr;  // its snoop on the way to another socket
    };
    std::array<Socket, 8> sockets;
    WaitingRequests snooped;  // snoops that found the line moving
    unsigned requests = 0;    // waiting, crossing and snooping
    unsigned snoops = 0;      // of these, crossing and snooping
  };

  bool fifo() const { return policy_ == HandOver::fifo; }
  bool will_wait(const Request& request) const;
  void arrive(Request& request, Time now);
  void wait(Request& request);
  void cross(Request& request, Time now);
  void snoop(Request& request, Time now);
  void grant(Request& request, Time now);
  void finish(Request& request, Time now);
  void serve(LineId line, Time now);
  void serve_oldest(Queue& queue, Time now);
  void serve_socket(Queue::Socket& socket, Request& request, Time now);
  void start_crossings(Queue& queue, unsigned owner_socket, Time now);
  Request* pick(Queue::Socket& socket, std::uint16_t but_core);
  Request& draw(Queue::Socket& socket);
  Queue& queue_of(LineId line);
  void leave_queue(Request& request);
  void wake(Request& request);

  HandOver policy_;
  Duration request_time_;
  Coherence& coherence_;
  Engine& engine_;
  Random random_;
  std::vector<Queue> queues_ = std::vector<Queue>(1);  // index 0: no queue
  std::vector<std::uint32_t> free_;
};

}  // namespace hvsim
