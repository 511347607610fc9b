#include "http/resources/redeeming.hpp"

#include "commands/invitation/invitation_secret.hpp"
#include "http/resources/header_values.hpp"

namespace annals::http {

std::optional<std::uint64_t> out_of_tries(const Exchange& exchange, std::string_view email) {
  auto& tries = exchange.services.redeem_tries;
  auto verdict = tries.take("client " + network_of(exchange.request.remote_address), exchange.now);
  if (verdict.allowed && !email.empty()) verdict = tries.take("email " + ascii_lower(email), exchange.now);
  return verdict.allowed ? std::nullopt : std::optional(verdict.retry_seconds);
}

PlatformId platform_to_join(const Exchange& exchange, std::string_view key) {
  return exchange.queries().platform_with_key(key).value_or(kSystemPlatform);
}

std::optional<OpenInvitation> invitation_opened_by(const Exchange& exchange, std::string_view platform_key,
                                                   std::string_view email, std::string_view secret) {
  const auto platform = platform_to_join(exchange, platform_key);
  auto open = exchange.queries().open_invitation(platform, email, exchange.now);
  std::optional<IssuedInvitation> issued;
  if (open) issued = IssuedInvitation{open->id, open->issued};
  return opens(secret, exchange.services.digester, platform, issued) ? std::move(open) : std::nullopt;
}

}  // namespace annals::http
