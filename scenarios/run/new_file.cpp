#include "scenarios/run/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "scenarios/run/output.hpp"

namespace hvsim {
namespace {

bool is_special(const std::string& path) {
  struct stat there = {};
  return ::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
}

// The entries of the folder that `path` is in. Some file systems cannot, and say EINVAL.
int flush_parent(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder =
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return errno;
  }
  const int error = ::fsync(folder) == 0 || errno == EINVAL ? 0 : errno;
  ::close(folder);
  return error;
}

}  // namespace

NewFile::NewFile(const std::string& path) : path_(path) {
  if (is_special(path)) {
    file_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    part_ = path + ".part";
    file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  }
  check(file_ < 0 ? errno : 0);
}

NewFile::~NewFile() {
  if (file_ >= 0) {
    ::close(file_);
    if (!part_.empty()) {
      ::unlink(part_.c_str());
    }
  }
}

void NewFile::append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      check(errno);
    }
  }
}

void NewFile::keep() {
  if (!part_.empty()) {
    check(::fsync(file_) == 0 ? 0 : errno);
    check(std::rename(part_.c_str(), path_.c_str()) == 0 ? 0 : errno);
  }
  ::close(file_);
  file_ = -1;
  if (!part_.empty()) {
    check(flush_parent(path_));
  }
}

void NewFile::check(int error) const {
  if (error != 0) {
    throw CannotWrite("cannot write " + path_ + ": " + std::generic_category().message(error));
  }
}

}  // namespace hvsim
