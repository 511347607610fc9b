#include "http/resources/credentials.hpp"

#include <algorithm>
#include <array>

#include "core/crypto.hpp"
#include "http/resources/header_values.hpp"

namespace annals::http {

std::string_view key_in(std::string_view authorization) {
  constexpr std::array<std::string_view, 4> kSchemes = {"Api-Token", "Api-Key", "Token", "Bearer"};
  authorization = trim_blanks(authorization);
  const auto scheme = authorization.substr(0, authorization.find_first_of(" \t"));
  if (std::none_of(kSchemes.begin(), kSchemes.end(),
                   [&](std::string_view known) { return equal_but_for_case(scheme, known); })) {
    return {};
  }
  const auto key = trim_blanks(authorization.substr(scheme.size()));
  return key.find_first_of(" \t") == std::string_view::npos ? key : std::string_view();
}

Result<Caller> authenticate(const Request& request, const Queries& queries, Timestamp now) {
  const auto header = request.fields.find(boost::beast::http::field::authorization);
  if (header == request.fields.end()) return std::unexpected(Problem(ProblemCode::not_authenticated));
  const auto key = key_in({header->value().data(), header->value().size()});
  if (key.empty()) return std::unexpected(Problem(ProblemCode::invalid_token));
  auto caller = queries.caller(sha256(key), now);
  if (!caller) return std::unexpected(Problem(ProblemCode::invalid_token));
  return std::move(*caller);
}

}  // namespace annals::http
