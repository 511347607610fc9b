#include "http/transport/cors.hpp"

#include <algorithm>
#include <array>

#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

using Field = boost::beast::http::field;

constexpr std::array<std::string_view, 6> kAllowedMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::string_view kAllMethods = "DELETE, GET, HEAD, PATCH, POST, PUT";
constexpr std::string_view kUsualHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id";
constexpr std::string_view kExposedHeaders =
    "ETag, Location, X-Request-Id, Retry-After, Idempotent-Replayed, X-Position, X-As-Of-Position, "
    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";
constexpr std::size_t kHeaderListBytesMax = 1024;
constexpr ByteSet kHeaderListChars = kTokenChars.with(',', ',').with(' ', ' ');

/// What is asked for is allowed: the resources decide by the key, not by the header.
std::string allowed_headers(std::string_view asked) {
  const bool sane = !asked.empty() && asked.size() <= kHeaderListBytesMax && kHeaderListChars.has_all(asked);
  return std::string(sane ? asked : kUsualHeaders);
}

}  // namespace

Cors::Cors(const std::vector<std::string>& origins) : origins_(origins) {
  any_ = std::find(origins_.begin(), origins_.end(), "*") != origins_.end();
}

std::string_view Cors::allowed(std::string_view origin) const {
  if (origin.empty()) return {};
  if (any_) return "*";
  const auto found = std::find(origins_.begin(), origins_.end(), origin);
  return found == origins_.end() ? std::string_view() : std::string_view(*found);
}

bool Cors::is_preflight(const Request& request) const {
  return enabled() && request.method == "OPTIONS" && !request.header(Field::origin).empty() &&
         !request.header(Field::access_control_request_method).empty();
}

Response Cors::preflight(const Request& request) const {
  Response response;
  response.status = 204;
  response.route = "preflight";
  if (allowed(request.header(Field::origin)).empty()) return response;
  const std::string_view method = request.header(Field::access_control_request_method);
  const bool known = std::find(kAllowedMethods.begin(), kAllowedMethods.end(), method) != kAllowedMethods.end();
  response.headers.emplace_back("Access-Control-Allow-Methods", std::string(known ? method : kAllMethods));
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                allowed_headers(request.header(Field::access_control_request_headers)));
  response.headers.emplace_back("Access-Control-Max-Age", "7200");
  return response;
}

void Cors::append_headers(std::string_view origin, std::string& head) const {
  if (!enabled()) return;
  if (!any_) head += "Vary: Origin\r\n";
  const std::string_view allow = allowed(origin);
  if (allow.empty()) return;
  head += "Access-Control-Allow-Origin: ";
  head += allow;
  head += "\r\nAccess-Control-Expose-Headers: ";
  head += kExposedHeaders;
  head += "\r\n";
}

}  // namespace annals::http
