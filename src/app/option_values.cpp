#include "app/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/base64.hpp"

namespace annals {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

template <std::size_t N>
using Units = std::array<std::pair<std::string_view, std::uint64_t>, N>;

/// A whole number with one of the units behind it; a unit of "" may be left out.
template <std::size_t N>
std::optional<std::uint64_t> number_with_unit(std::string_view text, const Units<N>& units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = whole_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const auto& [unit, factor] : units) {
    if (text.substr(digits) != unit) continue;
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(*number, factor, &product)) return std::nullopt;
    return product;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const auto first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4 | *low);
  }
  return bytes;
}

}  // namespace

std::string HostPort::to_string() const {
  return is_ipv6() ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = whole_number(text);
  if (number && *number >= least && *number <= most) return *number;
  return std::unexpected(fmt::format("must be a whole number from {} to {}", least, most));
}

Parsed<double> parse_rate(std::string_view text) {
  double rate = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, rate, std::chars_format::fixed);
  if (error == std::errc() && rest == end && std::isfinite(rate) && rate >= 0 && rate <= 1e9) return rate;
  return std::unexpected("must be a number from 0 to 1000000000");
}

Parsed<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t least, std::uint64_t most) {
  constexpr Units<4> kUnits{{{"", 1}, {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}}};
  const auto bytes = number_with_unit(text, kUnits);
  if (bytes && *bytes >= least && *bytes <= most) return *bytes;
  return std::unexpected(
      fmt::format("must be a number of bytes from {} to {} (KiB, MiB and GiB may stand behind it)", least, most));
}

Parsed<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr Units<5> kUnits{{{"", 1}, {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}};
  constexpr std::uint64_t kHundredYears = 36'525ull * 86'400;
  const auto seconds = number_with_unit(text, kUnits);
  if (seconds && *seconds >= 1 && *seconds <= kHundredYears) return std::chrono::seconds(*seconds);
  return std::unexpected("must be a number of seconds, or of minutes, hours or days as in 15m, 12h or 30d");
}

Parsed<HostPort> parse_host_port(std::string_view text) {
  const std::unexpected problem(std::string("must be HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080"));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return problem;
  const auto port = parse_count(text.substr(colon + 1), 0, 65'535);
  if (!port) return problem;
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool colons = host.find(':') != std::string_view::npos;
  if (bracketed != colons || host.find_first_of("[]/ ") != std::string_view::npos) return problem;
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

Parsed<std::string> parse_public_url(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  const bool usable = url && (url->scheme() == "http" || url->scheme() == "https") && !url->host().empty() &&
                      !url->has_userinfo() && !url->has_query() && !url->has_fragment();
  if (!usable) return std::unexpected("must be a URL, as in https://crm.example.org");
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

Parsed<std::string> parse_smtp_url(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  const bool usable = url && (url->scheme() == "smtp" || url->scheme() == "smtps") && !url->host().empty() &&
                      !url->has_userinfo() && !url->has_query() && !url->has_fragment() &&
                      (url->path().empty() || url->path() == "/") && (!url->has_port() || url->port_number() != 0);
  if (!usable) {
    return std::unexpected(
        "must be smtp://HOST:PORT or smtps://HOST:PORT (--smtp-user and --smtp-password-file say as "
        "whom)");
  }
  return std::string(text);
}

Parsed<QuarantineWish> parse_quarantine_wish(std::string_view text) {
  const std::unexpected problem(std::string("must be KEY:POSITION, as in main:42"));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return problem;
  const auto position = parse_count(text.substr(colon + 1), 1, UINT64_MAX);
  if (!position) return problem;
  return QuarantineWish{std::string(text.substr(0, colon)), Position{*position}};
}

Parsed<Key> parse_key_text(std::string_view text) {
  const auto body = trimmed(text);
  auto bytes = body.size() == 2 * sizeof(Key) ? from_hex(body) : from_base64(body);
  if (!bytes || bytes->size() != sizeof(Key)) {
    return std::unexpected("must be 32 bytes as 64 hexadecimal digits or as base64");
  }
  Key key;
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

}  // namespace annals
