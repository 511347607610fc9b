#include "http/transport/headers.hpp"

#include "http/transport/characters.hpp"

namespace annals::http {

void Headers::add(std::string_view name, std::string_view value) {
  add(boost::beast::http::string_to_field({name.data(), name.size()}), name, value);
}

void Headers::moved(const char* from, const char* to) {
  for (Header& header : all_) {
    header.name = {to + (header.name.data() - from), header.name.size()};
    if (!header.value.empty()) header.value = {to + (header.value.data() - from), header.value.size()};
  }
}

std::optional<std::string_view> Headers::find(Field field) const {
  for (const Header& header : all_)
    if (header.field == field) return header.value;
  return std::nullopt;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& header : all_)
    if (equal_ignoring_case(header.name, name)) return header.value;
  return std::nullopt;
}

}  // namespace annals::http
