#include "core/problem.hpp"

#include "core/json.hpp"

namespace annals {
namespace {

void append_messages(std::string& out, const std::vector<std::string>& messages) {
  out += '[';
  for (const auto& message : messages) {
    if (out.back() != '[') out += ',';
    append_json_string(out, message);
  }
  out += ']';
}

void append_items(std::string& out, const std::vector<ItemError>& items) {
  out += '{';
  for (const auto& item : items) {
    if (out.back() != '{') out += ',';
    out += '"' + std::to_string(item.index) + "\":";
    append_messages(out, item.messages);
  }
  out += '}';
}

}  // namespace

std::string fields_json(const FieldErrors& fields) {
  std::string out = "{";
  for (const auto& error : fields) {
    if (out.size() > 1) out += ',';
    append_json_string(out, error.field);
    out += ':';
    if (error.items.empty()) {
      append_messages(out, error.messages);
    } else {
      append_items(out, error.items);
    }
  }
  return out += '}';
}

}  // namespace annals
