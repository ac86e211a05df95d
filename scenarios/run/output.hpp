// Text out of the process, to a stream or a file: all of it, or one clear error.
#pragma once

#include <stdexcept>
#include <string>

namespace hvsim {

// A file or a stream cannot be written (exit code 4). what() names it and says why.
class CannotWrite : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What you must promise: SIGPIPE is ignored, so that a reader that went away is an error of
// write().

// To standard output. A reader that went away (`| head`) is no error. Errors: CannotWrite.
void print(const std::string& text);

// To standard error; there is nowhere to say that this failed.
void complain(const std::string& text);

// Writes a file whole or not at all, also if the host dies half way: beside its place, flushed to
// the disk, renamed, and the folder flushed. A pipe or a device is written into. Errors:
// CannotWrite; what was there is there still.
void write_file(const std::string& path, const std::string& text);

// Makes a folder and those above it. Errors: CannotWrite, also if it is there and is no folder.
void make_folder(const std::string& path);

}  // namespace hvsim
