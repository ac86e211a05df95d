#include "scenarios/run/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "scenarios/run/posix_file.hpp"

namespace hvsim {
namespace {

// Each function here that returns an int returns 0 or the error that stopped it.

// Beside the file's place, under a name of its own that a killed process may leave behind: the
// next to write the file writes over it.
int replace_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  int file = -1;
  int error = open_alone(part, true, file);
  if (error != 0) {
    return error;
  }
  error = ::ftruncate(file, 0) == 0 ? write_all(file, text) : errno;
  if (error == 0 && ::fsync(file) != 0) {
    error = errno;
  }
  if (error == 0 && ::rename(part.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(part.c_str());
  }
  ::close(file);  // all is written and flushed: this can lose nothing
  return error != 0 ? error : flush_folder_of(path);
}

// Into a pipe or a device such as /dev/null, which must not be replaced by a file.
int write_into(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return errno;
  }
  const int error = write_all(file, text);
  return ::close(file) != 0 && error == 0 ? errno : error;
}

}  // namespace

void print(const std::string& text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) {
    throw CannotWrite("cannot write to standard output: " + reason(error));
  }
}

void complain(const std::string& text) {
  write_all(STDERR_FILENO, text);
}

void write_file(const std::string& path, const std::string& text) {
  struct stat there = {};
  const bool special = ::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
  const int error = special ? write_into(path, text) : replace_file(path, text);
  if (error != 0) {
    throw CannotWrite("cannot write " + path + ": " + reason(error));
  }
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw CannotWrite("cannot make the folder " + path + ": " + error.message());
  }
  if (!std::filesystem::is_directory(path, error)) {
    throw CannotWrite("cannot write into " + path + ": it is no folder");
  }
}

}  // namespace hvsim
