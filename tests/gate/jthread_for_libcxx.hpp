// std::jthread and std::stop_token for libc++ 14, which has neither. Included in front of every
// file of the gate's build with libc++, and nowhere else: it does what hvsim asks of the two.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

namespace std {

class stop_token {
 public:
  explicit stop_token(shared_ptr<atomic<bool>> asked) : asked_(move(asked)) {}
  bool stop_requested() const { return asked_->load(); }

 private:
  shared_ptr<atomic<bool>> asked_;
};

class jthread {
 public:
  jthread() = default;
  template <class Body>
  explicit jthread(Body body) {
    if constexpr (is_invocable_v<Body&, stop_token>) {
      thread_ = thread(move(body), stop_token(asked_));
    } else {
      thread_ = thread(move(body));
    }
  }
  jthread(jthread&&) = default;
  jthread& operator=(jthread&& other) {
    leave();
    asked_ = move(other.asked_);
    thread_ = move(other.thread_);
    return *this;
  }
  ~jthread() { leave(); }

  void request_stop() { asked_->store(true); }
  bool joinable() const { return thread_.joinable(); }
  void join() { thread_.join(); }

 private:
  void leave() {
    if (thread_.joinable()) {
      request_stop();
      thread_.join();
    }
  }

  shared_ptr<atomic<bool>> asked_ = make_shared<atomic<bool>>(false);
  thread thread_;
};

}  // namespace std
