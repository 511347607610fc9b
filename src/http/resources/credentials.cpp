#include "http/resources/credentials.hpp"

#include <algorithm>
#include <array>

#include "core/crypto.hpp"
#include "http/resources/header_values.hpp"

namespace annals::http {
namespace {

/// The Authorization header that a connection sent last and whom it spoke for. The only thing that is remembered.
struct RememberedKey final : Remembered {
  RememberedKey(std::string_view header, std::shared_ptr<const KnownCaller> known)
      : authorization(header), caller(std::move(known)) {}
  const std::string authorization;
  const std::shared_ptr<const KnownCaller> caller;
};

}  // namespace

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

Result<const Caller*> authenticate(const Request& request, const Queries& queries, Timestamp now) {
  const auto header = request.headers.find(Headers::Field::authorization);
  if (!header) return std::unexpected(Problem(ProblemCode::not_authenticated));
  auto& remembered = request.connection.remembered;
  if (const auto* known = static_cast<const RememberedKey*>(remembered.get())) {
    const bool same = equal_in_constant_time(known->authorization, *header);
    if (same && queries.still_holds(*known->caller, now)) return known->caller.get();
  }
  const auto key = key_in(*header);
  if (key.empty()) return std::unexpected(Problem(ProblemCode::invalid_token));
  auto caller = queries.caller(sha256(key), now);
  if (!caller) return std::unexpected(Problem(ProblemCode::invalid_token));
  auto fresh = std::make_unique<RememberedKey>(*header, std::move(caller));
  const Caller* speaks_for = fresh->caller.get();
  request.connection.share = speaks_for->platform.value;
  remembered = std::move(fresh);
  return speaks_for;
}

}  // namespace annals::http
