#include "core/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

#include "core/hex_digits.hpp"

namespace annals {
namespace {

namespace dom = simdjson::dom;

constexpr const char* kTooDeep = "nested more than 64 levels deep";
constexpr const char* kOutsideInt64 = "a number is outside the range of 64-bit integers";

/// Empty when the value keeps our rules beyond JSON's own.
std::string_view fault_in(const dom::element& value, int depth) {
  switch (value.type()) {
    case dom::element_type::OBJECT: {
      if (depth == kJsonDepthMax) return kTooDeep;
      std::vector<std::string_view> keys;
      for (const auto& [key, member] : dom::object(value)) {
        keys.push_back(key);
        if (const auto fault = fault_in(member, depth + 1); !fault.empty()) return fault;
      }
      std::sort(keys.begin(), keys.end());
      if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) return "an object has the same key twice";
      return {};
    }
    case dom::element_type::ARRAY:
      if (depth == kJsonDepthMax) return kTooDeep;
      for (const auto element : dom::array(value)) {
        if (const auto fault = fault_in(element, depth + 1); !fault.empty()) return fault;
      }
      return {};
    case dom::element_type::UINT64:  // simdjson's type for what int64 cannot hold
      return kOutsideInt64;
    case dom::element_type::INT64:
    case dom::element_type::DOUBLE:
    case dom::element_type::STRING:
    case dom::element_type::BOOL:
    case dom::element_type::NULL_VALUE:
      return {};
  }
  return {};
}

std::uint32_t hex4(std::string_view digits) {
  std::uint32_t n = 0;
  for (const char c : digits) {
    n = n << 4 | static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return n;
}

/// Of a text that parsed: every \uD8xx is followed by its \uDCxx, and none of these stands alone. (simdjson 3.0 lets
/// some through.)
bool has_lone_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    if (text[at + 1] != 'u') {
      at += 2;
      continue;
    }
    const auto unit = hex4(text.substr(at + 2, 4));
    at += 6;
    if (unit < 0xD800 || unit > 0xDFFF) continue;
    if (unit > 0xDBFF || text.substr(at, 2) != "\\u") return true;
    const auto low = hex4(text.substr(at + 2, 4));
    if (low < 0xDC00 || low > 0xDFFF) return true;
    at += 6;
  }
  return false;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

std::size_t end_of_string(std::string_view text, std::size_t at) {
  const auto is_escaped = [text](std::size_t quote) {
    auto first = quote;
    while (text[first - 1] == '\\') --first;
    return (quote - first) % 2 == 1;
  };
  do {
    at = text.find('"', at + 1);
  } while (is_escaped(at));
  return at + 1;
}

/// Just behind the value that begins at `at` of a minified text.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    }
    if (c == ',' && depth == 0) return at;
    ++at;
  }
  return at;
}

}  // namespace

std::expected<JsonText, std::string> parse_json(std::string_view source) {
  static thread_local dom::parser parser;
  dom::element root;
  if (const auto error = parser.parse(source.data(), source.size()).get(root)) {
    if (error == simdjson::DEPTH_ERROR) return std::unexpected(kTooDeep);
    return std::unexpected(simdjson::error_message(error));
  }
  if (const auto fault = fault_in(root, 0); !fault.empty()) return std::unexpected(std::string(fault));
  if (has_lone_surrogate(source)) return std::unexpected("a surrogate stands alone");
  JsonText minified;
  minified.text.resize(source.size() + simdjson::SIMDJSON_PADDING);
  std::size_t length = 0;
  if (const auto error = simdjson::minify(source.data(), source.size(), minified.text.data(), length)) {
    return std::unexpected(simdjson::error_message(error));
  }
  minified.text.resize(length);
  return minified;
}

JsonKind json_kind(std::string_view value) {
  switch (value.front()) {
    case '{':
      return JsonKind::object;
    case '[':
      return JsonKind::array;
    case '"':
      return JsonKind::string;
    case 'n':
      return JsonKind::null;
    case 't':
    case 'f':
      return JsonKind::boolean;
    default:
      return value.find_first_of(".eE") == std::string_view::npos ? JsonKind::integer : JsonKind::real;
  }
}

std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object) {
  std::vector<std::pair<std::string, std::string_view>> members;
  std::size_t at = 1;
  while (object[at] != '}') {
    const auto key_end = end_of_string(object, at);
    const auto value_end = end_of_value(object, key_end + 1);
    members.emplace_back(json_string(object.substr(at, key_end - at)),
                         object.substr(key_end + 1, value_end - key_end - 1));
    at = object[value_end] == ',' ? value_end + 1 : value_end;
  }
  return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  std::size_t at = 1;
  while (array[at] != ']') {
    const auto end = end_of_value(array, at);
    elements.push_back(array.substr(at, end - at));
    at = array[end] == ',' ? end + 1 : end;
  }
  return elements;
}

std::string json_string(std::string_view quoted) {
  std::string value;
  const auto content = quoted.substr(1, quoted.size() - 2);
  value.reserve(content.size());
  for (std::size_t at = 0; at < content.size(); ++at) {
    if (content[at] != '\\') {
      value += content[at];
      continue;
    }
    switch (content[++at]) {
      case 'b':
        value += '\b';
        break;
      case 'f':
        value += '\f';
        break;
      case 'n':
        value += '\n';
        break;
      case 'r':
        value += '\r';
        break;
      case 't':
        value += '\t';
        break;
      case 'u': {
        auto code = hex4(content.substr(at + 1, 4));
        at += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {
          code = 0x10000 + ((code - 0xD800) << 10) + (hex4(content.substr(at + 3, 4)) - 0xDC00);
          at += 6;
        }
        append_utf8(value, code);
        break;
      }
      default:  // '"', '\\' and '/' stand for themselves
        value += content[at];
    }
  }
  return value;
}

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const auto c = static_cast<unsigned char>(value[at]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(value, plain_from, at - plain_from);
    plain_from = at + 1;
    out += '\\';
    switch (c) {
      case '"':
      case '\\':
        out += static_cast<char>(c);
        break;
      case '\n':
        out += 'n';
        break;
      case '\r':
        out += 'r';
        break;
      case '\t':
        out += 't';
        break;
      case '\b':
        out += 'b';
        break;
      case '\f':
        out += 'f';
        break;
      default:
        out += "u00";
        out += kHexDigits[c >> 4];
        out += kHexDigits[c & 15];
    }
  }
  out.append(value, plain_from, value.size() - plain_from);
  out += '"';
}

std::string quote_json(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 2);
  append_json_string(out, value);
  return out;
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace annals
