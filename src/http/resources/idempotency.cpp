#include "http/resources/idempotency.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "http/resources/body_reading.hpp"

namespace annals::http {
namespace {

bool is_printable(std::string_view key) {
  return !key.empty() && key.size() <= kIdempotencyKeyMax &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// A client draws a new boundary for each try: what counts of a multipart form is what it says.
bool write_multipart(ByteWriter& writer, const Request& request) {
  constexpr std::string_view kMultipart = "multipart/form-data";
  if (!request.header(boost::beast::http::field::content_type).starts_with(kMultipart)) return false;
  const auto body = read_body(request);
  if (!body) return false;
  writer.text(kMultipart);
  for (const auto& [name, value] : body->fields) {
    writer.text(name);
    const auto* values = std::get_if<FormValues>(&value);
    writer.varint(values == nullptr ? 0 : values->size());
    if (values == nullptr) continue;
    for (const auto& one : *values) writer.text(one);
  }
  return true;
}

/// The route's pattern and variable stand for the path, so that a request may be repeated under another mount.
std::string request_text(const Exchange& exchange) {
  std::string text;
  ByteWriter writer(text);
  writer.text(exchange.route.method);
  writer.text(exchange.route.path);
  writer.text(exchange.variable);
  if (write_multipart(writer, exchange.request)) return text;
  writer.text(exchange.request.header(boost::beast::http::field::content_type));
  writer.text(exchange.request.body);
  return text;
}

}  // namespace

Result<std::optional<Submission::Idempotency>> idempotency_of(const Exchange& exchange, PlatformId platform) {
  if (exchange.route.method != "POST" || !exchange.route.repeatable) return std::nullopt;
  const auto key = exchange.request.headers.find("Idempotency-Key");
  if (!key) return std::nullopt;
  if (!is_printable(*key)) {
    return std::unexpected(
        Problem(ProblemCode::bad_request, "Idempotency-Key must be 1 to 255 printable ASCII characters."));
  }
  std::string user_and_key;
  append_big_endian(user_and_key, exchange.caller.user.value);
  user_and_key += *key;
  const auto& digester = exchange.services.digester;
  return Submission::Idempotency{digester.digest(platform, DigestPurpose::idempotency_key, user_and_key),
                                 digester.digest(platform, DigestPurpose::idempotency_request, request_text(exchange))};
}

}  // namespace annals::http
