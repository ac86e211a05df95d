// Errors to exit codes: the one place where what a command throws is caught.
#include <exception>
#include <new>

#include "scenarios/run/commands.hpp"
#include "scenarios/run/output.hpp"
#include "scenarios/run/problem.hpp"

namespace hvsim {
namespace {

ExitCode end_with(ExitCode code, const std::string& message) {
  complain(message + (message.empty() || message.back() != '\n' ? "\n" : ""));
  return code;
}

}  // namespace

ExitCode guarded(const std::function<ExitCode()>& command) {
  try {
    return command();
  } catch (const BadInput& error) {
    return end_with(ExitCode::unusable, error.what());
  } catch (const BadArgument& error) {
    return end_with(ExitCode::unusable, std::string("hvsim: ") + error.what());
  } catch (const CannotWrite& error) {
    return end_with(ExitCode::unusable, std::string("hvsim: ") + error.what());
  } catch (const std::bad_alloc&) {
    return end_with(ExitCode::unusable,
                    "hvsim: this host has not enough memory: run fewer cells at once (--jobs) or "
                    "lower --max-memory");
  } catch (const std::exception& error) {
    return end_with(ExitCode::defect, std::string("hvsim: internal error: ") + error.what());
  }
}

}  // namespace hvsim
