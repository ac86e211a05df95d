// A value of a file while it is read: the value, where it is, and where to complain.
//
// The questions (text, is_object, ...) add a Problem if the answer is no, so a reader asks, and
// goes on with what it gets.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "scenarios/run/json_source.hpp"
#include "scenarios/run/problem.hpp"

namespace hvsim {

// A key that an object may have: one row of the table that reader and schema share.
struct Key {
  const char* name;
  bool required;
  const char* meaning;
};

class Node {
 public:
  Node(const JsonValue& value, const std::string& file, Problems& problems)
      : value_(&value), file_(&file), problems_(&problems) {}

  const JsonValue& json() const { return *value_; }
  Problems& problems() const { return *problems_; }
  const std::string& file() const { return *file_; }
  Location at() const;

  std::size_t size() const { return value_->items.size(); }
  Node item(std::size_t i) const;
  const std::string& key(std::size_t i) const { return value_->keys[i].name; }
  Location key_at(std::size_t i) const;
  std::optional<Node> find(const std::string& key) const;

  void complain(std::string what) const { problems_->add(at(), std::move(what)); }
  void complain_at_key(std::size_t i, std::string what) const;

  // Each: true, or a complaint.
  bool is_object() const;
  bool is_array() const;
  // An object with no key that is not in the table, and every required one.
  bool has_keys(std::span<const Key> table) const;
  // A string that is not empty.
  std::optional<std::string> text(const std::string& what) const;

 private:
  const JsonValue* value_;
  const std::string* file_;
  Problems* problems_;
  std::string pointer_ = {};
};

}  // namespace hvsim
