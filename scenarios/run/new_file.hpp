// A file that is written piece by piece and is there whole or not at all.
//
//   NewFile file(path);        // opens PATH.part: an unwritable place is found out at once
//   file.append(text); ...
//   file.keep();               // flushed to the disk, renamed to PATH, and the folder flushed
//
// What it guarantees: until keep() what was at PATH is there still; a NewFile that is not kept
// leaves nothing behind. A pipe or a device is written into. Errors: CannotWrite (output.hpp).
#pragma once

#include <string>
#include <string_view>

namespace hvsim {

class NewFile {
 public:
  explicit NewFile(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void append(std::string_view text);
  void keep();

 private:
  void check(int error) const;

  std::string path_;
  std::string part_;  // "" for a pipe or a device
  int file_ = -1;
};

}  // namespace hvsim
