#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "core/crypto.hpp"
#include "core/ids.hpp"

/// Texts of options into values. The error says what the value must be: "must be …".
namespace annals {

template <class T>
using Parsed = std::expected<T, std::string>;

struct HostPort {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;

  bool is_ipv6() const { return host.find(':') != std::string::npos; }
  /// `127.0.0.1:8080`, `[::1]:8080`
  std::string to_string() const;
};

Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most);
/// At least 0, with a fraction if need be.
Parsed<double> parse_rate(std::string_view text);
/// `1048576`, `512KiB`, `1MiB`, `2GiB`.
Parsed<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t least, std::uint64_t most);
/// `90`, `90s`, `15m`, `12h`, `30d`; at least a second, at most a hundred years.
Parsed<std::chrono::seconds> parse_duration(std::string_view text);
/// `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`.
Parsed<HostPort> parse_host_port(std::string_view text);
/// `https://crm.example.org`, also with a path; without the slash at its end.
Parsed<std::string> parse_public_url(std::string_view text);
/// `smtp://mail.example.org:587`, `smtps://mail.example.org`; no user, password or path.
Parsed<std::string> parse_smtp_url(std::string_view text);
/// 32 bytes as 64 hexadecimal digits or as base64; white space around them is ignored.
Parsed<Key> parse_key_text(std::string_view text);

/// `main:42`: a platform and a position of its log.
struct QuarantineWish {
  std::string platform_key;
  Position position;
  bool operator==(const QuarantineWish&) const = default;
};
Parsed<QuarantineWish> parse_quarantine_wish(std::string_view text);

}  // namespace annals
