#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace annals {

/// Of version 4 or 6.
class IpAddress {
 public:
  /// 4 or 16 bytes, in the order of the network.
  explicit IpAddress(std::span<const std::uint8_t> bytes);
  /// `192.0.2.7`, `2001:db8::7`, and the spellings of version 4 that resolvers take for an address, such as `127.1` and
  /// `0x7f000001`; nullopt for names.
  static std::optional<IpAddress> parse(std::string_view text);

  /// Whether a server on the internet can have it: not loopback, private, link-local, shared, multicast, reserved or
  /// unspecified, and no version 4 address inside one of version 6.
  bool is_public() const;
  std::string to_string() const;

 private:
  bool is_v4() const { return count_ == 4; }
  /// Whether its first bits are those of `prefix`.
  bool within(std::span<const std::uint8_t> prefix, unsigned bits) const;

  std::array<std::uint8_t, 16> bytes_{};
  std::size_t count_;
};

}  // namespace annals
