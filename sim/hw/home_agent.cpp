#include "sim/hw/home_agent.hpp"

#include <tuple>
#include <utility>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

bool arrived_before(const Request& a, const Request& b) {
  return std::tie(a.arrived, a.rank) < std::tie(b.arrived, b.rank);
}

}  // namespace

void WaitingRequests::add(Request& request) {
  requests_.push_back(&request);
  for (std::size_t i = requests_.size() - 1; i > first_; --i) {
    if (!arrived_before(*requests_[i], *requests_[i - 1])) {
      return;
    }
    std::swap(requests_[i], requests_[i - 1]);
  }
}

Request& WaitingRequests::take_oldest() {
  Request* const request = requests_[first_++];
  if (first_ == requests_.size()) {
    requests_.clear();
    first_ = 0;
  } else if (first_ >= 32 && first_ * 2 >= requests_.size()) {
    requests_.erase(requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  return *request;
}

Request& WaitingRequests::take(std::size_t index) {
  Request* const request = requests_[first_ + index];
  requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(first_ + index));
  if (first_ == requests_.size()) {
    requests_.clear();
    first_ = 0;
  }
  return *request;
}

HomeAgent::HomeAgent(const MachineSpec& spec, Coherence& coherence, Engine& engine, Random random)
    : policy_(spec.hand_over),
      request_time_(spec.prices.l3_request.value),
      coherence_(coherence),
      engine_(engine),
      random_(random) {}

void HomeAgent::issue(Request& request, Time now) {
  check(request.phase == Request::Phase::idle, "one access at a time");
  request.phase = Request::Phase::travelling;
  request.issued = now;
  request.arrived = now + request_time_;
  request.ahead = Duration{};
  request.next = request.arrived;
  if (will_wait(request)) {
    wait(request);  // no need to go there to find that out
  }
}

// Whether it is certain that the request will find its line moving and wait for it in its socket.
// Moves are not cut short, so one that ends after the request's arrival is.
bool HomeAgent::will_wait(const Request& request) const {
  Directory& directory = coherence_.directory();
  const DirectoryEntry& entry = directory.entry(request.line);
  return entry.moving && request.arrived < entry.moves_until &&
         (fifo() || entry.moving_across || entry.last_socket == directory.socket(request.core));
}

bool HomeAgent::act(Request& request, Time now) {
  switch (request.phase) {
    case Request::Phase::travelling:
      arrive(request, now);
      return false;
    case Request::Phase::crossing:
      snoop(request, now);
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
  const DirectoryEntry entry = directory.entry(request.line);
  const unsigned socket = directory.socket(request.core);
  if (fifo()) {
    if (entry.moving || entry.queue != DirectoryEntry::none) {
      wait(request);
    } else {
      grant(request, now);
    }
    return;
  }
  const bool queue = entry.queue != DirectoryEntry::none;
  const bool crossing = queue && queues_[entry.queue].sockets[socket].crossing != nullptr;
  const bool had_it = queue && queues_[entry.queue].snoops > 0 && entry.owner == request.core.n;
  if (crossing || had_it ||
      (entry.moving && (entry.moving_across || entry.last_socket == socket))) {
    wait(request);
  } else if (entry.moving || (entry.owned() && directory.socket(CoreId{entry.owner}) != socket)) {
    cross(request, now);
  } else {
    grant(request, now);
  }
}

void HomeAgent::wait(Request& request) {
  Queue& queue = queue_of(request.line);
  // In fifo there is one place, and loads do not overtake.
  const unsigned socket = fifo() ? 0 : coherence_.directory().socket(request.core);
  Queue::Socket& place = queue.sockets[socket];
  (request.own || fifo() ? place.owns : place.loads).add(request);
  ++queue.requests;
  request.phase = Request::Phase::waiting;
  request.next = Time::never();
}

// Sends the one snoop of this socket to the socket that owns the line.
void HomeAgent::cross(Request& request, Time now) {
  Queue& queue = queue_of(request.line);
  queue.sockets[coherence_.directory().socket(request.core)].crossing = &request;
  ++queue.requests;
  ++queue.snoops;
  request.phase = Request::Phase::crossing;
  request.ahead = coherence_.snoop_time(request.core, request.line, request.own);
  request.next = now + request.ahead;
  if (!coherence_.directory().entry(request.line).moving) {
    coherence_.recall(request.line);
  }
}

void HomeAgent::snoop(Request& request, Time now) {
  const DirectoryEntry& entry = coherence_.directory().entry(request.line);
  Queue& queue = queues_[entry.queue];
  if (entry.moving) {
    queue.snooped.add(request);
    request.phase = Request::Phase::snooping;
    request.next = Time::never();
    return;
  }
  queue.sockets[coherence_.directory().socket(request.core)].crossing = nullptr;
  --queue.snoops;
  leave_queue(request);
  grant(request, now);
}

void HomeAgent::grant(Request& request, Time now) {
  request.move = coherence_.take(request.core, request.line, request.own, now, request.ahead);
  request.phase = Request::Phase::moving;
  request.next = now + request.move.latency + request.move.link_wait + request.hold;
  coherence_.directory().entry(request.line).moves_until = request.next;
}

void HomeAgent::finish(Request& request, Time now) {
  coherence_.fill(request.core, request.line, request.move.fill);
  request.phase = Request::Phase::idle;
  request.next = Time::never();
  DirectoryEntry& entry = coherence_.directory().entry(request.line);
  if (request.move.exclusive) {
    entry.moving = false;
    entry.moving_across = false;
  }
  if (entry.queue == DirectoryEntry::none || entry.moving) {
    return;
  }
  if (queues_[entry.queue].snoops > 0) {
    coherence_.recall(request.line);
  }
  serve(request.line, now);
}

// The line rests and requests want it: hands it on until it moves again or all are under way.
void HomeAgent::serve(LineId line, Time now) {
  Directory& directory = coherence_.directory();
  while (directory.entry(line).queue != DirectoryEntry::none && !directory.entry(line).moving) {
    const DirectoryEntry entry = directory.entry(line);
    Queue& queue = queues_[entry.queue];
    if (fifo()) {
      serve_oldest(queue, now);
      continue;
    }
    if (!queue.snooped.empty()) {
      Request& request = queue.snooped.take_oldest();
      snoop(request, now);
      wake(request);
      continue;
    }
    const unsigned owner =
        entry.owned() ? directory.socket(CoreId{entry.owner}) : entry.last_socket;
    Queue::Socket* next = &queue.sockets[owner];
    for (unsigned s = 0; !entry.owned() && s < directory.sockets(); ++s) {
      // Nobody owns it, so no socket has to wait for a snoop; the last one goes first.
      const bool waits = !queue.sockets[s].loads.empty() || !queue.sockets[s].owns.empty();
      next = next->loads.empty() && next->owns.empty() && waits ? &queue.sockets[s] : next;
    }
    // With a snoop under way the core that had the line last has had its turn.
    Request* const request = pick(*next, queue.snoops > 0 ? entry.owner : DirectoryEntry::no_core);
    if (request == nullptr) {
      break;
    }
    serve_socket(*next, *request, now);
  }
  const DirectoryEntry entry = directory.entry(line);
  if (!fifo() && entry.queue != DirectoryEntry::none && !entry.moving_across) {
    start_crossings(queues_[entry.queue],
                    entry.owned() ? directory.socket(CoreId{entry.owner}) : entry.last_socket,
                    now);
  }
}

void HomeAgent::serve_oldest(Queue& queue, Time now) {
  Request& request = queue.sockets[0].owns.take_oldest();
  leave_queue(request);
  grant(request, now);
  wake(request);
}

void HomeAgent::serve_socket(Queue::Socket& socket, Request& request, Time now) {
  leave_queue(request);
  grant(request, now);
  wake(request);
  if (request.own) {
    return;
  }
  // The others that wait to read get their copies as this one does.
  while (!socket.loads.empty()) {
    Request& other = socket.loads.take_oldest();
    leave_queue(other);
    coherence_.share(other.core, other.line);
    request.move.fill = LineState::shared;
    other.move = request.move;
    other.move.exclusive = false;
    other.move.hitm = Hitm::none;
    other.phase = Request::Phase::moving;
    other.next = request.next;
    wake(other);
  }
}

// Every other socket that waits and has no snoop under way sends one.
void HomeAgent::start_crossings(Queue& queue, unsigned owner_socket, Time now) {
  const Queue::Socket& owners = queue.sockets[owner_socket];
  if (queue.requests == owners.loads.size() + owners.owns.size()) {
    return;
  }
  for (unsigned s = 0; s < coherence_.directory().sockets(); ++s) {
    Queue::Socket& socket = queue.sockets[s];
    const bool waits = !socket.loads.empty() || !socket.owns.empty();
    if (s == owner_socket || !waits || socket.crossing != nullptr) {
      continue;
    }
    Request& request = *pick(socket, DirectoryEntry::no_core);
    --queue.requests;
    cross(request, now);
    wake(request);
  }
}

// The socket's next request that is not of that core; null if there is none.
Request* HomeAgent::pick(Queue::Socket& socket, std::uint16_t but_core) {
  Request* next = nullptr;
  std::vector<Request*> passed_over;  // a request or two, seldom
  while (next == nullptr && !(socket.loads.empty() && socket.owns.empty())) {
    Request& request = draw(socket);
    if (request.core.n != but_core) {
      next = &request;
    } else {
      passed_over.push_back(&request);
    }
  }
  for (Request* const request : passed_over) {
    (request->own ? socket.owns : socket.loads).add(*request);
  }
  return next;
}

// Takes out who is next by the policy. There is somebody.
Request& HomeAgent::draw(Queue::Socket& socket) {
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

HomeAgent::Queue& HomeAgent::queue_of(LineId line) {
  DirectoryEntry& entry = coherence_.directory().entry(line);
  if (entry.queue == DirectoryEntry::none) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(queues_.size()));
      queues_.emplace_back();
    }
    entry.queue = free_.back();
    free_.pop_back();
  }
  return queues_[entry.queue];
}

void HomeAgent::leave_queue(Request& request) {
  DirectoryEntry& entry = coherence_.directory().entry(request.line);
  Queue& queue = queues_[entry.queue];
  if (--queue.requests == 0) {
    free_.push_back(entry.queue);
    entry.queue = DirectoryEntry::none;
  }
}

// Tells a request's strand when to act, unless it is the running one, which looks for itself.
void HomeAgent::wake(Request& request) {
  if (request.strand != engine_.self() && request.next != Time::never()) {
    engine_.unpark(request.strand, request.next);
  }
}

}  // namespace hvsim
