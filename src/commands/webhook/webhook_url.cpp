#include "commands/webhook/webhook_url.hpp"

#include <boost/url/grammar/ci_string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <string>

#include "core/ip_address.hpp"

namespace annals {
namespace {

using boost::urls::scheme;
using boost::urls::grammar::ci_is_equal;

bool has_usable_port(const boost::urls::url_view& url) {
  return !url.has_port() || url.port().empty() || url.port_number() != 0;
}

std::string_view without_final_point(std::string_view host) {
  return host.substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
}

bool is_localhost(std::string_view host) {
  constexpr std::string_view kBelow = ".localhost";
  if (host.size() < kBelow.size()) return ci_is_equal(host, kBelow.substr(1));
  return ci_is_equal(host.substr(host.size() - kBelow.size()), kBelow);
}

}  // namespace

bool is_webhook_url(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || (url->scheme_id() != scheme::http && url->scheme_id() != scheme::https)) return false;
  return !url->host_address().empty() && !url->has_userinfo() && !url->has_fragment() && has_usable_port(*url);
}

bool leads_inside(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url) return false;
  const std::string whole = url->host_address();
  const auto host = without_final_point(whole);
  if (is_localhost(host)) return true;
  const auto address = IpAddress::parse(host);
  return address && !address->is_public();
}

}  // namespace annals
