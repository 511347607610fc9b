#include "core/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

namespace annals {
namespace {

struct Block {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

/// What IANA's registry of special-purpose addresses says is not globally reachable, multicast and what is reserved.
constexpr Block kNotPublicV4[] = {
    {{0}, 8},              // this network
    {{10}, 8},             // private
    {{100, 64}, 10},       // shared by carriers
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local, where clouds keep their metadata
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2}, 24},     // documentation
    {{192, 88, 99}, 24},   // relays to version 6
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarks
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // multicast
    {{240}, 4},            // reserved, broadcast
};

/// All that is global unicast; everything else (loopback, unique-local, link-local, multicast, mapped) is outside.
constexpr Block kGlobalV6 = {{0x20}, 3};
constexpr Block kNotPublicV6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, Teredo
    {{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4: a version 4 address inside
    {{0x3F, 0xFF, 0x00}, 20},        // documentation
};

}  // namespace

IpAddress::IpAddress(std::span<const std::uint8_t> bytes) : count_(bytes.size()) {
  if (count_ != 4 && count_ != 16) throw std::invalid_argument("an address has 4 or 16 bytes");
  std::ranges::copy(bytes, bytes_.begin());
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.size() != text.size() || terminated.contains('\0') || terminated.contains(' ')) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return IpAddress(bytes);
  in_addr v4{};
  if (inet_aton(terminated.c_str(), &v4) != 1) return std::nullopt;
  return IpAddress({reinterpret_cast<const std::uint8_t*>(&v4.s_addr), 4});
}

bool IpAddress::within(std::span<const std::uint8_t> prefix, unsigned bits) const {
  for (unsigned bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80u >> bit % 8);
    if (((bytes_[bit / 8] ^ prefix[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

bool IpAddress::is_public() const {
  const auto here = [this](const Block& block) { return within(block.prefix, block.bits); };
  if (is_v4()) return std::ranges::none_of(kNotPublicV4, here);
  return here(kGlobalV6) && std::ranges::none_of(kNotPublicV6, here);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

}  // namespace annals
