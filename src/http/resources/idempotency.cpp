#include "http/resources/idempotency.hpp"

#include <algorithm>

#include "core/bytes.hpp"

namespace annals::http {
namespace {

bool is_printable(std::string_view key) {
  return !key.empty() && key.size() <= kIdempotencyKeyMax &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// The route's pattern and variable stand for the path, so that a request may be repeated under another mount.
std::string request_text(const Exchange& exchange) {
  std::string text;
  ByteWriter writer(text);
  writer.text(exchange.route.method);
  writer.text(exchange.route.path);
  writer.text(exchange.variable);
  writer.text(exchange.request.header(boost::beast::http::field::content_type));
  writer.text(exchange.request.body);
  return text;
}

}  // namespace

Result<std::optional<Submission::Idempotency>> idempotency_of(const Exchange& exchange, PlatformId platform) {
  if (exchange.route.method != "POST" || !exchange.route.repeatable) return std::nullopt;
  const auto header = exchange.request.fields.find("Idempotency-Key");
  if (header == exchange.request.fields.end()) return std::nullopt;
  const std::string_view key(header->value().data(), header->value().size());
  if (!is_printable(key)) {
    return std::unexpected(
        Problem(ProblemCode::bad_request, "Idempotency-Key must be 1 to 255 printable ASCII characters."));
  }
  std::string user_and_key;
  append_big_endian(user_and_key, exchange.caller.user.value);
  user_and_key += key;
  const auto& digester = exchange.services.digester;
  return Submission::Idempotency{digester.digest(platform, DigestPurpose::idempotency_key, user_and_key),
                                 digester.digest(platform, DigestPurpose::idempotency_request, request_text(exchange))};
}

}  // namespace annals::http
