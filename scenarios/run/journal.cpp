#include "scenarios/run/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cerrno>
#include <utility>

#include "scenarios/run/output.hpp"
#include "scenarios/run/posix_file.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/resolved.hpp"
#include "scenarios/run/row_record.hpp"
#include "scenarios/run/version.hpp"
#include "sim/base/digest.hpp"

namespace hvsim {
namespace {

constexpr std::size_t frame_bytes = 8;  // a record's length and checksum
constexpr std::size_t key_bytes = 8;

std::string bytes_of(std::uint64_t number, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i, number >>= 8) {
    out += static_cast<char>(number & 0xFF);
  }
  return out;
}

std::uint64_t number_in(const std::string& text, std::size_t at, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(text[at + i - 1]);
  }
  return number;
}

std::uint64_t digest_of(const std::string& text) {
  Digest digest;
  digest.mix(text.size());
  for (std::size_t at = 0; at < text.size(); at += 8) {
    digest.mix(number_in(text, at, std::min<std::size_t>(8, text.size() - at)));
  }
  return digest.value();
}

std::uint64_t key_of(const Cell& cell) {
  return digest_of(resolved_json(cell));
}

std::uint64_t checksum(const std::string& text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

std::string version_part() {
  return std::string("hvsim journal 1, version ") + version() + ", question ";
}

// Machines by their numbers too: a file may have changed under its name.
std::string head_of(const Scenario& scenario, bool c2c) {
  std::string question = resolved_json(scenario) + (c2c ? "with lines and locks" : "");
  for (const auto& [name, machine] : scenario.machines) {
    question += resolved_json(machine);
  }
  return version_part() + std::to_string(digest_of(question)) + "\n";
}

std::string all_of(int file) {
  std::string text;
  char part[65536];
  ssize_t got = 0;
  while ((got = ::pread(file, part, sizeof part, static_cast<off_t>(text.size()))) > 0) {
    text.append(part, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Journal::Journal(std::string path, const Scenario& scenario, bool c2c, bool resume)
    : path_(std::move(path)) {
  open();
  const std::string head = head_of(scenario, c2c);
  try {
    if (resume) {
      read(head);
    }
    if (end_ == 0) {
      begin(head);
    }
  } catch (...) {
    ::close(file_);
    throw;
  }
}

Journal::~Journal() {
  ::close(file_);
}

void Journal::open() {
  const int error = open_alone(path_, false, file_);
  if (error == EWOULDBLOCK) {
    throw CannotWrite("cannot write " + path_ + ": another run is writing it");
  }
  if (error != 0) {
    throw CannotWrite("cannot write " + path_ + ": " + reason(error));
  }
}

// A file with less than its first line was left by a run that had not begun.
void Journal::read(const std::string& head) {
  const std::string text = all_of(file_);
  if (head.starts_with(text) && text != head) {
    return;
  }
  if (!text.starts_with(head)) {
    const bool same_version = text.starts_with(version_part());
    throw BadInput({{{path_, 0, 0, ""},
                     std::string("this is the journal of another ") +
                         (same_version ? "question (scenario, machine or --c2c)"
                                       : "version of hvsim, or no journal") +
                         ": leave --resume out to begin anew"}});
  }
  std::size_t at = head.size();
  while (text.size() - at >= frame_bytes) {
    const std::uint64_t length = number_in(text, at, 4);
    if (length < key_bytes || length > text.size() - at - frame_bytes) {
      break;
    }
    const std::string payload = text.substr(at + frame_bytes, length);
    if (checksum(payload) != number_in(text, at + 4, 4)) {
      break;
    }
    std::optional<Row> row = row_of_record(payload.substr(key_bytes));
    if (!row) {
      break;
    }
    rows_.insert_or_assign(number_in(payload, 0, key_bytes), std::move(*row));
    at += frame_bytes + length;
  }
  end_ = static_cast<std::int64_t>(at);
  if (::ftruncate(file_, end_) != 0) {
    throw CannotWrite("cannot write " + path_ + ": " + reason(errno));
  }
}

void Journal::begin(const std::string& head) {
  int error = ::ftruncate(file_, 0) == 0 ? 0 : errno;
  if (error == 0) {
    append(head);
    error = ::fsync(file_) == 0 ? flush_folder_of(path_) : errno;
  }
  if (error != 0) {
    throw CannotWrite("cannot write " + path_ + ": " + reason(error));
  }
}

const Row* Journal::find(const Cell& cell) const {
  if (rows_.empty()) {
    return nullptr;
  }
  const auto found = rows_.find(key_of(cell));
  return found == rows_.end() ? nullptr : &found->second;
}

void Journal::add(const Cell& cell, const Row& row) {
  const std::string payload = bytes_of(key_of(cell), key_bytes) + row_record(row);
  const std::string frame = bytes_of(payload.size(), 4) + bytes_of(checksum(payload), 4);
  const std::lock_guard lock(adding_);
  append(frame + payload);
}

// All of it, or none of it and an error.
void Journal::append(const std::string& bytes) {
  const int error = write_all(file_, bytes);
  if (error != 0) {
    const bool cut = ::ftruncate(file_, end_) == 0;
    throw CannotWrite("cannot write " + path_ + ": " + reason(error) +
                      (cut ? "" : " (its last record is torn)"));
  }
  end_ += static_cast<std::int64_t>(bytes.size());
}

void Journal::remove() {
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
    throw CannotWrite("cannot remove " + path_ + ": " + reason(errno));
  }
}

}  // namespace hvsim
