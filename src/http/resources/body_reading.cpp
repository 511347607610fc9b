#include "http/resources/body_reading.hpp"

#include <algorithm>
#include <unordered_map>

#include "http/resources/header_values.hpp"
#include "http/resources/multipart.hpp"

namespace annals::http {
namespace {

std::unexpected<Problem> malformed(std::string sentence) {
  return std::unexpected(Problem(ProblemCode::malformed_body, std::move(sentence)));
}

/// Headers may hold bytes that are no UTF-8; the answer must not.
std::unexpected<Problem> unsupported(std::string_view content_type) {
  std::string shown(content_type);
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return std::unexpected(
      Problem(ProblemCode::unsupported_media_type, "Unsupported media type \"" + shown + "\" in request."));
}

Body body_of_form(FormFields fields) {
  Body body;
  std::unordered_map<std::string, std::size_t> places;
  for (auto& [name, value] : fields) {
    const auto [place, is_new] = places.try_emplace(name, body.fields.size());
    if (is_new) body.fields.emplace_back(std::move(name), FormValues{});
    std::get<FormValues>(body.fields[place->second].second).push_back(std::move(value));
  }
  return body;
}

Result<Body> read_form(std::expected<FormFields, std::string> fields, std::string_view kind) {
  if (!fields) return malformed(std::string(kind) + " parse error - " + fields.error());
  return body_of_form(std::move(*fields));
}

bool is_json_type(std::string_view media_type) {
  return media_type == "application/json" || media_type == "application/scim+json";
}

bool is_utf8_charset(const HeaderValue& type) {
  const auto* charset = type.find("charset");
  return charset == nullptr || equal_but_for_case(*charset, "utf-8") || equal_but_for_case(*charset, "utf8");
}

}  // namespace

Result<Body> read_body(std::string_view content_type, std::string_view bytes) {
  if (bytes.empty()) return Body{};
  const auto type = parse_header_value(content_type);
  if (type && !is_utf8_charset(*type)) return unsupported(content_type);
  if (type && type->first == "application/x-www-form-urlencoded") {
    return read_form(parse_urlencoded(bytes), "Form");
  }
  if (type && type->first == "multipart/form-data") {
    const auto* boundary = type->find("boundary");
    return read_form(parse_multipart(bytes, boundary == nullptr ? std::string_view() : *boundary), "Multipart form");
  }
  auto json = parse_json(bytes);
  if (json) return body_of(*json);
  if (type && is_json_type(type->first)) return malformed("JSON parse error - " + json.error());
  return unsupported(content_type);
}

Result<Body> read_body(const Request& request) {
  if (request.body_too_large) return std::unexpected(Problem(ProblemCode::body_too_large));
  return read_body(request.header(boost::beast::http::field::content_type), request.body);
}

}  // namespace annals::http
