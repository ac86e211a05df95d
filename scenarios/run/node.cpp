// Questions to a value of a file.
#include "scenarios/run/node.hpp"

#include <algorithm>

#include "scenarios/run/suggest.hpp"

namespace hvsim {
namespace {

// A key as a part of a JSON pointer (RFC 6901).
std::string pointer_part(const std::string& key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Location Node::at() const {
  return {*file_, value_->at.line, value_->at.column, pointer_};
}

Node Node::item(std::size_t i) const {
  Node node = *this;
  node.value_ = &value_->items[i];
  node.pointer_ += value_->kind == JsonValue::Kind::object ? pointer_part(value_->keys[i].name)
                                                           : "/" + std::to_string(i);
  return node;
}

Location Node::key_at(std::size_t i) const {
  Location at = item(i).at();
  at.line = value_->keys[i].at.line;
  at.column = value_->keys[i].at.column;
  return at;
}

std::optional<Node> Node::find(const std::string& key) const {
  for (std::size_t i = 0; i < value_->keys.size(); ++i) {
    if (value_->keys[i].name == key) {
      return item(i);
    }
  }
  return std::nullopt;
}

void Node::complain_at_key(std::size_t i, std::string what) const {
  problems_->add(key_at(i), std::move(what));
}

bool Node::is_object() const {
  if (value_->kind != JsonValue::Kind::object) {
    complain(std::string("expected an object, found ") + kind_name(value_->kind));
  }
  return value_->kind == JsonValue::Kind::object;
}

bool Node::is_array() const {
  if (value_->kind != JsonValue::Kind::array) {
    complain(std::string("expected an array, found ") + kind_name(value_->kind));
  }
  return value_->kind == JsonValue::Kind::array;
}

bool Node::has_keys(std::span<const Key> table) const {
  if (!is_object()) {
    return false;
  }
  std::vector<std::string> names;
  for (const Key& key : table) {
    names.emplace_back(key.name);
  }
  bool good = true;
  for (std::size_t i = 0; i < size(); ++i) {
    if (std::find(names.begin(), names.end(), key(i)) == names.end()) {
      const std::string nearest = did_you_mean(key(i), names);
      complain_at_key(i, "unknown key " + in_quotes(key(i)) +
                             (nearest.empty() ? "; expected " + listed(names) : nearest));
      good = false;
    }
  }
  for (const Key& key : table) {
    if (key.required && value_->find(key.name) == nullptr) {
      complain(std::string("the key \"") + key.name + "\" is missing: " + key.meaning);
      good = false;
    }
  }
  return good;
}

std::optional<std::string> Node::text(const std::string& what) const {
  if (value_->kind != JsonValue::Kind::string) {
    complain("expected " + what + " as a string, found " + kind_name(value_->kind));
    return std::nullopt;
  }
  if (value_->text.find_first_not_of(" \t\n") == std::string::npos) {
    complain("expected " + what + ", found an empty string");
    return std::nullopt;
  }
  return value_->text;
}

}  // namespace hvsim
