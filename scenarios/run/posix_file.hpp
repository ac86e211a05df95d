// What writing a file so that nobody ever sees half of it is made of.
//
// Each function that returns an int returns 0 or the error (errno) that stopped it.
#pragma once

#include <string>
#include <string_view>

namespace hvsim {

std::string reason(int error);

int write_all(int file, std::string_view text);

// Flushes a folder's entries to the disk: those of the folder that `path` is in.
int flush_folder_of(const std::string& path);

// Opens or makes a file for reading and appending, which no other process has as long as it is
// open. If one has it: waits, or EWOULDBLOCK. What is in the file stays.
int open_alone(const std::string& path, bool waits, int& file);

}  // namespace hvsim
