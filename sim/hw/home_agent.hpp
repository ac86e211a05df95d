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
#include "sim/hw/waiting_requests.hpp"
#include "sim/time/engine.hpp"

namespace hvsim {

class HomeAgent {
 public:
  HomeAgent(const MachineSpec& spec, Coherence& coherence, Engine& engine, Random random);

  // Sends a request on its way at `now`. Its strand must call act() whenever request.next has
  // come.
  void issue(Request& request, Time now);
  // Goes on with a request whose `next` is now. True: the line has arrived, the request is idle.
  bool act(Request& request, Time now);

 private:
  // The requests that want one line. The sets of sockets have a bit a socket.
  struct Queue {
    struct Socket {
      WaitingRequests loads;
      WaitingRequests owns;
      Request* crossing = nullptr;  // its snoop on the way to another socket

      bool empty() const { return loads.empty() && owns.empty(); }
    };
    std::array<Socket, 8> sockets;
    WaitingRequests snooped;     // snoops that found the line moving
    unsigned requests = 0;       // waiting, crossing and snooping
    std::uint8_t waiting = 0;    // sockets in which requests wait
    std::uint8_t crossing = 0;   // sockets that have sent their snoop: it is crossing or snooping
    std::uint8_t under_way = 0;  // ... and it is not there yet
  };

  bool fifo() const { return policy_ == HandOver::fifo; }
  bool will_wait(const Request& request, const DirectoryEntry& entry) const;
  void arrive(Request& request, Time now);
  void wait(Request& request, DirectoryEntry& entry);
  void cross(Request& request, DirectoryEntry& entry, Time now);
  void snoop(Request& request, DirectoryEntry& entry, Time now);
  void grant(Request& request, DirectoryEntry& entry, Time now);
  void finish(Request& request, Time now);
  void land_snoops(Queue& queue, const Request& mover, Time now);
  void expect_snoops(Queue& queue);
  void serve(DirectoryEntry& entry, Time now);
  void serve_oldest(Queue& queue, DirectoryEntry& entry, Time now);
  void serve_socket(Queue& queue, unsigned socket, Request& request, DirectoryEntry& entry,
                    Time now);
  void start_crossings(Queue& queue, DirectoryEntry& entry, Time now);
  Request* pick(Queue& queue, unsigned socket, std::uint16_t but_core);
  Request* pick_another(Queue::Socket& place, Request& first);
  Request& draw(Queue::Socket& socket);
  Queue& queue_of(DirectoryEntry& entry);
  std::uint32_t free_queue();
  void leave_queue(DirectoryEntry& entry);
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
