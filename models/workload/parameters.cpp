#include "models/workload/parameters.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

std::int64_t Values::number(const std::string& name) const {
  const auto found = numbers_.find(name);
  check(found != numbers_.end(), "a declared number or flag");
  return found->second;
}

const std::string& Values::choice(const std::string& name) const {
  const auto found = choices_.find(name);
  check(found != choices_.end(), "a declared choice");
  return found->second;
}

}  // namespace hvsim
