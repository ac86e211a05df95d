#include "scenarios/run/posix_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace hvsim {
namespace {

// Some file systems have no locks: there a file is not kept from others.
int lock(int file, bool waits) {
  while (::flock(file, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return errno;
    }
    if (errno != EINTR) {
      return 0;
    }
  }
  return 0;
}

// Whether the open file is still the one at `path`: who had it may have moved or removed it.
bool is_at(const std::string& path, int file) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(file, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

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

// Some file systems cannot flush a folder, and say EINVAL.
int flush_folder_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int handle =
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) {
    return errno;
  }
  const int error = ::fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  ::close(handle);
  return error;
}

int open_alone(const std::string& path, bool waits, int& file) {
  while (true) {
    file = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                  0666);
    if (file < 0) {
      return errno;
    }
    const int error = lock(file, waits);
    if (error == 0 && is_at(path, file)) {
      return 0;
    }
    ::close(file);
    file = -1;
    if (error != 0) {
      return error;
    }
  }
}

}  // namespace hvsim
