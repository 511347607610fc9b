#include "commands/fields/body_reader.hpp"
#include "commands/fields/messages.hpp"
#include "commands/fields/spelling.hpp"

namespace annals {

std::optional<std::vector<BodyReader::Sent>> BodyReader::take_list(std::string_view name, Need need) {
  const auto sent = take(name, need, FormBlank::itself);
  if (!sent) return std::nullopt;
  std::vector<Sent> items;
  if (sent->form) {
    for (const auto& value : std::get<FormValues>(*body_.find(name))) items.push_back({true, value});
    return items;
  }
  if (sent->kind() != JsonKind::array) {
    fail(name, message::not_a_list(sent->kind()));
    return std::nullopt;
  }
  for (const auto element : json_elements(sent->value)) items.push_back({false, element});
  return items;
}

std::optional<std::vector<Uuid>> BodyReader::uuids(std::string_view name) {
  const auto items = take_list(name, Need::required);
  if (!items) return std::nullopt;
  if (items->empty()) {
    fail(name, "This list may not be empty.");
    return std::nullopt;
  }
  std::vector<Uuid> values;
  std::vector<ItemError> faults;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto& item = (*items)[i];
    if (const auto value = uuid_of(item)) {
      values.push_back(*value);
    } else {
      faults.push_back({i, {item.kind() == JsonKind::null ? message::kNull : message::kNotUuid}});
    }
  }
  if (faults.empty()) return values;
  fail_items(name, std::move(faults));
  return std::nullopt;
}

std::optional<std::vector<std::string>> BodyReader::texts(std::string_view name) {
  const auto items = take_list(name, Need::optional);
  if (!items) return std::nullopt;
  std::vector<std::string> values;
  std::vector<ItemError> faults;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto& item = (*items)[i];
    if (item.kind() == JsonKind::null) {
      faults.push_back({i, {message::kNull}});
      continue;
    }
    auto checked = checked_text(item, {Need::required, false});
    if (auto* text = std::get_if<std::string>(&checked)) {
      values.push_back(std::move(*text));
    } else {
      faults.push_back({i, std::move(std::get<std::vector<std::string>>(checked))});
    }
  }
  if (faults.empty()) return values;
  fail_items(name, std::move(faults));
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> BodyReader::integers(std::string_view name) {
  const auto items = take_list(name, Need::optional);
  if (!items) return std::nullopt;
  std::vector<std::int64_t> values;
  for (const auto& item : *items) {
    const auto value = integer_of(item);
    if (!value) {
      fail(name, item.kind() == JsonKind::null ? message::kNull : message::kNotInteger);
      return std::nullopt;
    }
    values.push_back(*value);
  }
  return values;
}

std::optional<std::vector<std::variant<std::int64_t, std::string>>> BodyReader::ids_or_names(std::string_view name) {
  const auto items = take_list(name, Need::optional);
  if (!items) return std::nullopt;
  std::vector<std::variant<std::int64_t, std::string>> values;
  for (const auto& item : *items) {
    if (item.kind() == JsonKind::integer) {
      values.emplace_back(*integer_of(item));
    } else if (item.kind() == JsonKind::string) {
      values.emplace_back(std::string(stripped(*item.text())));
    } else {
      fail(name, message::not_a_pk(item.kind()));
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace annals
