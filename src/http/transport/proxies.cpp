#include "http/transport/proxies.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <charconv>
#include <optional>

#include "http/transport/characters.hpp"
#include "http/transport/origin.hpp"

namespace annals::http {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned kMappedBits = 96;  // where an IPv4 address begins inside its IPv6 form

ip::address_v6::bytes_type as_v6(const ip::address& address) {
  return (address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6()).to_bytes();
}

std::optional<ip::address> read_address(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return plain_address(address);
}

std::optional<unsigned> read_bits(std::string_view text) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return bits;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The values of every header of that name, in order, lists taken apart.
std::vector<std::string_view> list_values(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Header& header : headers) {
    if (!equal_ignoring_case(header.name, name)) continue;
    std::string_view rest = header.value;
    for (;;) {
      const std::size_t comma = rest.find(',');
      values.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return values;
}

/// An X-Forwarded-For entry, where some proxies add the port.
std::optional<ip::address> read_hop(std::string_view text) {
  if (text.starts_with('[')) return read_address(text.substr(1, std::min(text.find(']'), text.size()) - 1));
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return read_address(text);
}

}  // namespace

ip::address plain_address(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::expected<AddressBlocks, std::string> AddressBlocks::parse(const std::vector<std::string>& entries) {
  AddressBlocks blocks;
  for (const std::string& entry : entries) {
    const std::size_t slash = entry.find('/');
    const auto address = read_address(std::string_view(entry).substr(0, slash));
    const unsigned widest = address && address->is_v4() ? 32 : 128;
    const auto bits =
        slash == std::string::npos ? std::optional(widest) : read_bits(std::string_view(entry).substr(slash + 1));
    if (!address || !bits || *bits > widest)
      return std::unexpected("\"" + entry + "\" is neither an address nor a CIDR block of trusted proxies.");
    blocks.blocks_.push_back({as_v6(*address), address->is_v4() ? *bits + kMappedBits : *bits});
  }
  return blocks;
}

bool AddressBlocks::contain(const ip::address& address) const {
  const auto bytes = as_v6(address);
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
    const std::size_t whole = block.bits / 8;
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), block.prefix.begin()))
      return false;
    const unsigned rest = block.bits % 8;
    return rest == 0 || (bytes[whole] ^ block.prefix[whole]) >> (8 - rest) == 0;
  });
}

void apply_forwarded(const Headers& headers, const AddressBlocks& trusted, ClientView& client) {
  if (const auto schemes = list_values(headers, "X-Forwarded-Proto"); !schemes.empty()) {
    for (const std::string_view known : {"http", "https"})
      if (equal_ignoring_case(schemes.back(), known)) client.scheme = known;
  }
  if (const auto hosts = list_values(headers, "X-Forwarded-Host"); !hosts.empty() && is_host(hosts.back()))
    client.host = hosts.back();
  const auto hops = list_values(headers, "X-Forwarded-For");
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = read_hop(*hop);
    if (!address) break;
    client.remote_address = address->to_string();
    if (!trusted.contain(*address)) break;
  }
}

}  // namespace annals::http
