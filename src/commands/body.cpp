#include "commands/body.hpp"

#include "commands/fields/messages.hpp"

namespace annals {

Body body_of(const JsonText& json) {
  Body body;
  const auto kind = json_kind(json.text);
  if (kind != JsonKind::object) {
    body.not_an_object = message::python_type(kind);
    return body;
  }
  for (auto& [name, value] : json_members(json.text)) {
    body.fields.emplace_back(std::move(name), JsonText{std::string(value)});
  }
  return body;
}

}  // namespace annals
