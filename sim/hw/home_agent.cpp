#include "sim/hw/home_agent.hpp"

#include <bit>
#include <tuple>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

std::uint8_t bit(unsigned socket) {
  return static_cast<std::uint8_t>(1u << socket);
}

}  // namespace

HomeAgent::HomeAgent(const MachineSpec& spec, Coherence& coherence, Engine& engine, Random random)
    : policy_(spec.hand_over),
      request_time_(spec.prices.l3_request.value),
      coherence_(coherence),
      engine_(engine),
      random_(random) {}

void HomeAgent::issue(Request& request, Time now) {
  check(request.phase == Request::Phase::idle, "one access at a time");
  DirectoryEntry& entry = coherence_.directory().entry(request.line);
  request.issued = now;
  request.arrived = now + request_time_;
  request.ahead = Duration{};
  if (will_wait(request, entry)) {
    wait(request, entry);  // no need to go there to find that out
  } else {
    request.phase = Request::Phase::travelling;
    request.next = request.arrived;
  }
}

// Whether it is certain that the request will find its line moving and wait for it in its socket.
// Moves are not cut short, so one that ends after the request's arrival is.
inline bool HomeAgent::will_wait(const Request& request, const DirectoryEntry& entry) const {
  return entry.moving && request.arrived < entry.moves_until &&
         (fifo() || entry.moving_across ||
          entry.last_socket == coherence_.directory().socket(request.core));
}

bool HomeAgent::act(Request& request, Time now) {
  switch (request.phase) {
    case Request::Phase::travelling:
      arrive(request, now);
      return false;
    case Request::Phase::crossing:
      snoop(request, coherence_.directory().entry(request.line), now);
      return false;
    case Request::Phase::moving:
      finish(request, now);
      return true;
    case Request::Phase::idle:
    case Request::Phase::waiting:
    case Request::Phase::snooping:
      break;
  }
  check(false, "a request acts only when it is its turn");
  return false;
}

// At the line's place in the requester's own L3.
void HomeAgent::arrive(Request& request, Time now) {
  Directory& directory = coherence_.directory();
  DirectoryEntry& entry = directory.entry(request.line);
  const unsigned socket = directory.socket(request.core);
  const Queue* const queue = entry.queue != DirectoryEntry::none ? &queues_[entry.queue] : nullptr;
  if (fifo()) {
    if (entry.moving || queue != nullptr) {
      wait(request, entry);
    } else {
      grant(request, entry, now);
    }
    return;
  }
  const bool crossing = queue != nullptr && (queue->crossing & bit(socket)) != 0;
  const bool had_it = queue != nullptr && queue->crossing != 0 && entry.owner == request.core.n;
  if (crossing || had_it ||
      (entry.moving && (entry.moving_across || entry.last_socket == socket))) {
    wait(request, entry);
  } else if (entry.moving || (entry.owned() && entry.last_socket != socket)) {
    cross(request, entry, now);
  } else {
    grant(request, entry, now);
  }
}

inline void HomeAgent::wait(Request& request, DirectoryEntry& entry) {
  Queue& queue = queue_of(entry);
  // In fifo there is one place, and loads do not overtake.
  const unsigned socket = fifo() ? 0 : coherence_.directory().socket(request.core);
  Queue::Socket& place = queue.sockets[socket];
  (request.own || fifo() ? place.owns : place.loads).add(request);
  queue.waiting |= bit(socket);
  ++queue.requests;
  request.phase = Request::Phase::waiting;
  request.next = Time::never();
}

// Sends the one snoop of this socket to the socket that owns the line. It has to act where it
// lands only if the line rests there. While the line moves nobody knows whether it will: whoever
// ends the last move says so (expect_snoops).
void HomeAgent::cross(Request& request, DirectoryEntry& entry, Time now) {
  Queue& queue = queue_of(entry);
  const unsigned socket = coherence_.directory().socket(request.core);
  queue.sockets[socket].crossing = &request;
  queue.crossing |= bit(socket);
  queue.under_way |= bit(socket);
  ++queue.requests;
  request.phase = Request::Phase::crossing;
  request.ahead = coherence_.snoop_time(request.core, entry, request.own);
  request.lands = now + request.ahead;
  request.next = entry.moving ? Time::never() : request.lands;
  if (!entry.moving) {
    coherence_.recall(request.line);
  }
}

// The snoop is there.
inline void HomeAgent::snoop(Request& request, DirectoryEntry& entry, Time now) {
  Queue& queue = queues_[entry.queue];
  const unsigned socket = coherence_.directory().socket(request.core);
  const auto others = static_cast<std::uint8_t>(~bit(socket));
  queue.under_way &= others;
  if (entry.moving) {
    queue.snooped.add(request);
    request.phase = Request::Phase::snooping;
    request.next = Time::never();
    return;
  }
  queue.sockets[socket].crossing = nullptr;
  queue.crossing &= others;
  leave_queue(entry);
  grant(request, entry, now);
}

inline void HomeAgent::grant(Request& request, DirectoryEntry& entry, Time now) {
  coherence_.take(request.core, request.line, request.own, now, request.ahead, request.move);
  request.phase = Request::Phase::moving;
  request.next = now + request.move.latency + request.move.link_wait + request.hold;
  entry.moves_until = request.next;
}

inline void HomeAgent::finish(Request& request, Time now) {
  DirectoryEntry& entry = coherence_.directory().entry(request.line);
  const Move& move = request.move;
  const bool alone = move.exclusive && move.fill != LineState::shared;
  const bool wanted = entry.queue != DirectoryEntry::none && queues_[entry.queue].crossing != 0;
  if (wanted && alone) {
    coherence_.fill_and_recall(request.core, request.line, move.fill);
  } else {
    coherence_.fill(request.core, request.line, move.fill);
  }
  request.phase = Request::Phase::idle;
  request.next = Time::never();
  if (move.exclusive) {
    entry.moving = false;
    entry.moving_across = false;
  }
  if (entry.queue == DirectoryEntry::none || entry.moving) {
    return;
  }
  if (wanted) {
    if (!alone) {
      coherence_.recall(request.line);
    }
    land_snoops(queues_[entry.queue], request, now);
  }
  serve(entry, now);
}

// The snoops that came before the move of `mover` ended have found the line moving.
void HomeAgent::land_snoops(Queue& queue, const Request& mover, Time now) {
  for (unsigned left = queue.under_way; left != 0; left &= left - 1) {
    Request& request = *queue.sockets[static_cast<unsigned>(std::countr_zero(left))].crossing;
    if (std::tie(request.lands, request.turn) < std::tie(now, mover.turn)) {
      queue.snooped.add(request);
      queue.under_way &= static_cast<std::uint8_t>(~(left & -left));
      request.phase = Request::Phase::snooping;
    }
  }
}

// The line rests: the snoops under way act where they land.
void HomeAgent::expect_snoops(Queue& queue) {
  for (unsigned left = queue.under_way; left != 0; left &= left - 1) {
    Request& request = *queue.sockets[static_cast<unsigned>(std::countr_zero(left))].crossing;
    if (request.next == Time::never()) {
      request.next = request.lands;
      wake(request);
    }
  }
}

// The line rests and requests want it: hands it on until it moves again or all are under way.
inline void HomeAgent::serve(DirectoryEntry& entry, Time now) {
  while (entry.queue != DirectoryEntry::none && !entry.moving) {
    Queue& queue = queues_[entry.queue];
    if (fifo()) {
      serve_oldest(queue, entry, now);
      continue;
    }
    if (!queue.snooped.empty()) {
      Request& request = queue.snooped.take_oldest();
      snoop(request, entry, now);
      wake(request);
      continue;
    }
    unsigned next = entry.last_socket;
    if (!entry.owned() && (queue.waiting & bit(next)) == 0 && queue.waiting != 0) {
      // Nobody owns it, so no socket has to wait for a snoop; the last one goes first.
      next = static_cast<unsigned>(std::countr_zero(queue.waiting));
    }
    // With a snoop under way the core that had the line last has had its turn.
    Request* const request =
        pick(queue, next, queue.crossing != 0 ? entry.owner : DirectoryEntry::no_core);
    if (request == nullptr) {
      break;
    }
    serve_socket(queue, next, *request, entry, now);
  }
  if (fifo() || entry.queue == DirectoryEntry::none) {
    return;
  }
  Queue& queue = queues_[entry.queue];
  if (!entry.moving_across && (queue.waiting & ~queue.crossing & ~bit(entry.last_socket)) != 0) {
    start_crossings(queue, entry, now);
  }
  if (!entry.moving) {
    expect_snoops(queue);
  }
}

void HomeAgent::serve_oldest(Queue& queue, DirectoryEntry& entry, Time now) {
  Request& request = queue.sockets[0].owns.take_oldest();
  leave_queue(entry);
  grant(request, entry, now);
  wake(request);
}

inline void HomeAgent::serve_socket(Queue& queue, unsigned socket, Request& request,
                                    DirectoryEntry& entry, Time now) {
  leave_queue(entry);
  grant(request, entry, now);
  wake(request);
  if (request.own) {
    return;
  }
  // The others that wait to read get their copies as this one does.
  Queue::Socket& readers = queue.sockets[socket];
  while (!readers.loads.empty()) {
    Request& other = readers.loads.take_oldest();
    leave_queue(entry);
    coherence_.share(other.core, other.line);
    request.move.fill = LineState::shared;
    other.move = request.move;
    other.move.exclusive = false;
    other.move.hitm = Hitm::none;
    other.phase = Request::Phase::moving;
    other.next = request.next;
    wake(other);
  }
  if (readers.empty()) {
    queue.waiting &= static_cast<std::uint8_t>(~bit(socket));
  }
}

// Every other socket that waits and has no snoop under way sends one.
void HomeAgent::start_crossings(Queue& queue, DirectoryEntry& entry, Time now) {
  const unsigned there = queue.crossing | bit(entry.last_socket);
  for (unsigned left = queue.waiting & ~there; left != 0; left &= left - 1) {
    const auto socket = static_cast<unsigned>(std::countr_zero(left));
    Request& request = *pick(queue, socket, DirectoryEntry::no_core);
    --queue.requests;
    cross(request, entry, now);
    wake(request);
  }
}

// The socket's next request that is not of that core; null if there is none.
inline Request* HomeAgent::pick(Queue& queue, unsigned socket, std::uint16_t but_core) {
  Queue::Socket& place = queue.sockets[socket];
  if (place.empty()) {
    return nullptr;
  }
  Request* next = &draw(place);
  if (next->core.n == but_core) {
    next = pick_another(place, *next);
  }
  if (place.empty()) {
    queue.waiting &= static_cast<std::uint8_t>(~bit(socket));
  }
  return next;
}

// The next one that is not of the same core as `first`, which goes back with the others passed
// over.
Request* HomeAgent::pick_another(Queue::Socket& place, Request& first) {
  std::vector<Request*> passed_over{&first};
  Request* next = nullptr;
  while (next == nullptr && !place.empty()) {
    Request& request = draw(place);
    if (request.core != first.core) {
      next = &request;
    } else {
      passed_over.push_back(&request);
    }
  }
  for (Request* const request : passed_over) {
    (request->own ? place.owns : place.loads).add(*request);
  }
  return next;
}

// Takes out who is next by the policy. There is somebody.
inline Request& HomeAgent::draw(Queue::Socket& socket) {
  WaitingRequests& loads = socket.loads;
  WaitingRequests& owns = socket.owns;
  if (policy_ == HandOver::local_first_retry) {
    const auto count = static_cast<std::uint32_t>(loads.size() + owns.size());
    const std::uint32_t index = count > 1 ? random_.below(count) : 0;
    return index < loads.size() ? loads.take(index) : owns.take(index - loads.size());
  }
  const bool load =
      !loads.empty() && (owns.empty() || arrived_before(loads.oldest(), owns.oldest()));
  return load ? loads.take_oldest() : owns.take_oldest();
}

inline HomeAgent::Queue& HomeAgent::queue_of(DirectoryEntry& entry) {
  if (entry.queue == DirectoryEntry::none) {
    entry.queue = free_queue();
  }
  return queues_[entry.queue];
}

std::uint32_t HomeAgent::free_queue() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(queues_.size()));
    queues_.emplace_back();
  }
  const std::uint32_t queue = free_.back();
  free_.pop_back();
  return queue;
}

inline void HomeAgent::leave_queue(DirectoryEntry& entry) {
  if (--queues_[entry.queue].requests == 0) {
    free_.push_back(entry.queue);
    entry.queue = DirectoryEntry::none;
  }
}

// Tells a request's strand when to act, unless it is the running one, which looks for itself.
inline void HomeAgent::wake(Request& request) {
  if (request.strand != engine_.self() && request.next != Time::never()) {
    engine_.unpark(request.strand, request.next);
  }
}

}  // namespace hvsim
