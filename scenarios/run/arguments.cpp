#include "scenarios/run/arguments.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

constexpr std::int64_t most_jobs = 1024;

std::pair<std::string, std::string> split(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw BadArgument(option + " " + text + ": expected PATH=VALUE");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

Overrides overrides_of(const std::vector<std::string>& set,
                       const std::vector<std::string>& sweep) {
  Overrides overrides;
  for (const std::string& text : set) {
    overrides.set.push_back(split("--set", text));
  }
  for (const std::string& text : sweep) {
    overrides.sweep.push_back(split("--sweep", text));
  }
  return overrides;
}

std::uint64_t whole_argument(const std::string& option, const std::string& text) {
  const Measure number = parse_whole(text);
  if (!number.ok() || number.value < 0) {
    throw BadArgument(option + " " + text + ": expected a whole number from 0");
  }
  return static_cast<std::uint64_t>(number.value);
}

unsigned jobs_of(const std::string& text) {
  if (text.empty()) {
    return std::max(1u, std::thread::hardware_concurrency());
  }
  const Measure jobs = parse_whole(text);
  if (!jobs.ok() || jobs.value < 1 || jobs.value > most_jobs) {
    throw BadArgument("--jobs " + text + ": expected a whole number from 1 to " +
                      std::to_string(most_jobs));
  }
  return static_cast<unsigned>(jobs.value);
}

}  // namespace hvsim
