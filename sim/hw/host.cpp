#include "sim/hw/host.hpp"

#include <utility>

#include "sim/time/coroutine.hpp"

namespace hvsim {
namespace {

class CoroutineContext final : public Context {
 public:
  explicit CoroutineContext(std::function<void()> body) : coroutine_(std::move(body)) {}

  void resume() override { coroutine_.resume(); }
  void suspend() override { coroutine_.suspend(); }
  bool over() const override { return coroutine_.over(); }

 private:
  Coroutine coroutine_;
};

}  // namespace

std::unique_ptr<Context> Host::make_context(std::function<void()> body) {
  return std::make_unique<CoroutineContext>(std::move(body));
}

}  // namespace hvsim
