#include "scenarios/run/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace hvsim {
namespace {

// Each function here that returns an int returns 0 or the error that stopped it.

std::string reason(int error) {
  return std::generic_category().message(error);
}

int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// Flushes a folder's entries to the disk. Some file systems cannot, and say EINVAL.
int flush_folder(const std::string& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) {
    return errno;
  }
  const int error = ::fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  ::close(handle);
  return error;
}

// A new file, read by whom new files are read.
int fill_new_file(int file, const std::string& text) {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(file, static_cast<mode_t>(0666 & ~mask)) != 0) {
    return errno;
  }
  const int error = write_all(file, text);
  if (error != 0) {
    return error;
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

int replace_file(const std::string& path, const std::string& text) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) {
    return errno;
  }
  int error = fill_new_file(file, text);
  if (::close(file) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(temporary.c_str());
    return error;
  }
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return flush_folder(parent.empty() ? "." : parent);
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
