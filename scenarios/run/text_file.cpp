// Reading a file, and the checks that come before any parser sees it.
#include "scenarios/run/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "scenarios/run/problem.hpp"

namespace hvsim {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw BadInput({{{path, 0, 0, ""}, what}});
}

std::string size_text(std::size_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

// How many bytes the well-formed UTF-8 character at `at` has (Unicode 15, table 3-7); 0: it is not
// one.
std::size_t character_length(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string read_text_file(const std::string& path, std::size_t most_bytes) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (status.type() == std::filesystem::file_type::not_found) {
    fail(path, "no such file");
  }
  if (std::filesystem::is_directory(status)) {
    fail(path, "this is a folder, not a file");
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) {
    fail(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  const bool regular = std::filesystem::is_regular_file(status);
  if (regular && std::filesystem::file_size(path, ignored) > most_bytes) {
    fail(path, "larger than " + size_text(most_bytes));
  }
  std::string text;
  char part[65536];
  while (const std::size_t got = std::fread(part, 1, sizeof part, file.get())) {
    text.append(part, got);
    if (text.size() > most_bytes) {
      fail(path, "larger than " + size_text(most_bytes));
    }
  }
  if (std::ferror(file.get()) != 0) {
    fail(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  return text;
}

void check_text(const std::string& text, const std::string& file) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\0') {
      throw BadInput({{location_of(text, file, i), "a NUL byte: this is not a text file"}});
    }
    const std::size_t length = character_length(text, i);
    if (length == 0) {
      throw BadInput({{location_of(text, file, i), "a byte that is not UTF-8"}});
    }
    i += length;
  }
}

Location location_of(const std::string& text, const std::string& file, std::size_t offset) {
  Location at{file, 1, 1, ""};
  for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
    if (text[i] == '\n') {
      at.line += 1;
      at.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      at.column += 1;
    }
  }
  return at;
}

}  // namespace hvsim
