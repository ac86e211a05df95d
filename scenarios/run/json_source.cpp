// The tree is built by a SAX consumer of nlohmann's parser, which alone says what is JSON. The
// parser has no positions, so it reads through an iterator that counts, and each event's place is
// found by walking back over the token that ended there.
#include "scenarios/run/json_source.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

constexpr std::size_t most_levels = 64;
constexpr std::size_t most_number_letters = 128;

// Reads a text and counts, in a place its copies share, how far it has been read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*read_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* read_;
};

bool in_a_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Line and column of ever later places, in one walk over the text.
class PlaceFinder {
 public:
  explicit PlaceFinder(const std::string& text) : text_(text) {}

  Place find(std::size_t offset) {
    for (; offset_ < offset; ++offset_) {
      if (text_[offset_] == '\n') {
        place_ = {place_.line + 1, 1};
      } else if ((static_cast<unsigned char>(text_[offset_]) & 0xC0) != 0x80) {
        place_.column += 1;
      }
    }
    return place_;
  }

 private:
  const std::string& text_;
  std::size_t offset_ = 0;
  Place place_ = {1, 1};
};

void cut_out(std::string& text, std::size_t first, std::size_t end) {
  if (first != std::string::npos) {
    text.erase(first, end == std::string::npos ? end : end - first);
  }
}

// nlohmann's sentence without its number, its position (which counts bytes) and what it last read.
std::string plain_reason(const nlohmann::detail::exception& error) {
  constexpr int number_overflow = 406;
  if (error.id == number_overflow) {
    return "this number is too large";
  }
  std::string reason = error.what();
  cut_out(reason, 0, reason.find("syntax error"));
  const std::size_t said = reason.find(" - ");
  cut_out(reason, 0, said == std::string::npos ? 0 : said + 3);
  cut_out(reason, reason.find("; last read: "), reason.rfind("; expected "));
  const std::string any_value = "'[', '{', or a literal";
  const std::size_t at = reason.find(any_value);
  return at == std::string::npos ? reason : reason.replace(at, any_value.size(), "a value");
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool in_a_word(char c) {
  return in_a_number(c) || is_letter(c);
}

// Where the string starts whose last quote is at `last`: at the nearest quote before it that no
// backslash escapes.
std::size_t first_quote(const std::string& text, std::size_t last) {
  std::size_t at = last;
  while (at > 0) {
    at = text.rfind('"', at - 1);
    if (at == std::string::npos) {
      break;
    }
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - 1 - backslashes] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) {
      return at;
    }
  }
  return 0;
}

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(const std::string& text, const std::string& file, const std::size_t& read,
              Problems& repeated)
      : text_(text), file_(file), read_(read), places_(text), repeated_(repeated) {}

  bool null() override { return scalar(JsonValue::Kind::null, "null", read_ - 4); }
  bool boolean(bool value) override {
    const std::string word = value ? "true" : "false";
    return scalar(JsonValue::Kind::flag, word, read_ - word.size());
  }
  bool number_integer(number_integer_t) override { return number(); }
  bool number_unsigned(number_unsigned_t) override { return number(); }
  bool number_float(number_float_t, const string_t&) override { return number(); }
  bool string(string_t& value) override {
    return scalar(JsonValue::Kind::string, std::move(value), start_of_string());
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    const Place at = places_.find(start_of_string());
    Frame& frame = open_.back();
    frame.key = std::move(value);
    frame.key_at = at;
    const auto [earlier, is_new] = frame.seen.emplace(frame.key, at);
    frame.repeated = !is_new;
    if (frame.repeated) {
      repeated_.add({file_, at.line, at.column, pointer()},
                    "duplicate key " + in_quotes(frame.key) + "; the first is in line " +
                        std::to_string(earlier->second.line));
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // `position` is just behind what was not expected: a character, or a whole string, number or
    // word, which is then walked back over.
    const std::string reason = plain_reason(error);
    std::size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    if (reason.rfind("invalid literal", 0) == 0 && at > 0 && is_letter(text_[at - 1])) {
      --at;  // the word ended too early: it is meant, not what follows it
    }
    if (reason.rfind("unexpected string", 0) == 0) {
      at = first_quote(text_, at);
    } else if (at < text_.size() && in_a_word(text_[at]) && reason.rfind("invalid str", 0) != 0) {
      while (at > 0 && in_a_word(text_[at - 1])) {
        --at;
      }
    }
    problems_.add(location_of(text_, file_, at), "not JSON: " + reason);
    return false;
  }

  JsonValue take() {
    problems_.throw_if_any();
    return std::move(root_);
  }

 private:
  struct Frame {
    JsonValue value;
    std::string key = {};  // of the member that comes next
    Place key_at = {};
    bool repeated = false;  // that key: its value is left out
    std::map<std::string, Place> seen = {};
  };

  // Where the member or item that comes next belongs.
  std::string pointer() const {
    std::string out;
    for (const Frame& frame : open_) {
      const bool object = frame.value.kind == JsonValue::Kind::object;
      out += "/" + (object ? frame.key : std::to_string(frame.value.items.size()));
    }
    return out;
  }

  std::size_t start_of_string() const { return first_quote(text_, read_ - 1); }

  bool number() {
    // The parser has read one character more, unless the number ends the text.
    std::size_t end = read_;
    end -= end > 0 && !in_a_number(text_[end - 1]) ? 1 : 0;
    std::size_t start = end;
    while (start > 0 && in_a_number(text_[start - 1])) {
      --start;
    }
    if (end - start > most_number_letters) {
      problems_.add(location_of(text_, file_, start),
                    "a number of more than " + std::to_string(most_number_letters) + " letters");
      return false;
    }
    return scalar(JsonValue::Kind::number, text_.substr(start, end - start), start);
  }

  bool scalar(JsonValue::Kind kind, std::string text, std::size_t start) {
    JsonValue value;
    value.kind = kind;
    value.text = std::move(text);
    value.at = places_.find(start);
    add(std::move(value));
    return true;
  }

  bool open(JsonValue::Kind kind) {
    if (open_.size() == most_levels) {
      problems_.add(location_of(text_, file_, read_ - 1),
                    "nested more than " + std::to_string(most_levels) + " levels deep");
      return false;
    }
    Frame frame;
    frame.value.kind = kind;
    frame.value.at = places_.find(read_ - 1);
    open_.push_back(std::move(frame));
    return true;
  }

  bool close() {
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
    return true;
  }

  void add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Frame& parent = open_.back();
    if (parent.repeated) {
      return;
    }
    if (parent.value.kind == JsonValue::Kind::object) {
      parent.value.keys.push_back({parent.key, parent.key_at});
    }
    parent.value.items.push_back(std::move(value));
  }

  const std::string& text_;
  const std::string& file_;
  const std::size_t& read_;
  PlaceFinder places_;
  Problems problems_;
  Problems& repeated_;
  std::vector<Frame> open_;
  JsonValue root_;
};

}  // namespace

const JsonValue* JsonValue::find(const std::string& key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].name == key) {
      return &items[i];
    }
  }
  return nullptr;
}

const char* kind_name(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null:
      return "null";
    case JsonValue::Kind::flag:
      return "true or false";
    case JsonValue::Kind::number:
      return "a number";
    case JsonValue::Kind::string:
      return "a string";
    case JsonValue::Kind::array:
      return "an array";
    case JsonValue::Kind::object:
      break;
  }
  return "an object";
}

JsonValue parse_json(const std::string& text, const std::string& file, Problems& problems) {
  check_text(text, file);
  std::size_t read = 0;
  TreeBuilder builder(text, file, read, problems);
  const char* first = text.data();
  nlohmann::json::sax_parse(CountingIterator(first, &read),
                            CountingIterator(first + text.size(), &read), &builder,
                            nlohmann::json::input_format_t::json, true, true);
  return builder.take();
}

JsonValue parse_json(const std::string& text, const std::string& file) {
  Problems problems;
  JsonValue value = parse_json(text, file, problems);
  problems.throw_if_any();
  return value;
}

}  // namespace hvsim
