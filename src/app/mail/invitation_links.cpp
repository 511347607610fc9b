#include "app/mail/invitation_links.hpp"

#include "http/resources/percent.hpp"

namespace annals {

std::string InvitationLinks::of(PlatformId platform, std::string_view platform_key, const InvitationRow& invitation,
                                std::string_view email) const {
  auto link = public_url_ + "/join/?platform_key=";
  http::append_percent_encoded(link, platform_key);
  link += "&email=";
  http::append_percent_encoded(link, email);
  link += "&token=";
  http::append_percent_encoded(link, secrets_.secret(platform, invitation.id, invitation.issued));
  return link;
}

std::string_view InvitationLinks::host() const {
  const std::string_view url = public_url_;
  const auto begin = url.find("://") + 3;
  const auto authority = url.substr(begin, url.find('/', begin) - begin);
  const auto behind = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  return authority.substr(0, behind);
}

}  // namespace annals
