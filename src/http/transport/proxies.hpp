#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport/headers.hpp"

namespace annals::http {

/// Addresses and CIDR blocks, IPv4 and IPv6 alike.
class AddressBlocks {
 public:
  /// A sentence that names the entry that is neither an address nor a block.
  static std::expected<AddressBlocks, std::string> parse(const std::vector<std::string>& entries);
  bool contain(const boost::asio::ip::address& address) const;
  bool empty() const { return blocks_.empty(); }

 private:
  struct Block {
    boost::asio::ip::address_v6::bytes_type prefix;  ///< IPv4 as mapped into IPv6
    unsigned bits;
  };
  std::vector<Block> blocks_;
};

/// The address as people write it: an IPv4 peer on an IPv6 socket reads as IPv4.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

/// Where a request came from, as its client sees it.
struct ClientView {
  std::string remote_address;
  std::string scheme;
  std::string host;
};

/// Overrides what the X-Forwarded-* headers of a trusted peer say. The last value of a list is the one that the nearest
/// proxy vouches for; of the addresses, the last that is no trusted proxy's itself. Malformed values are passed over.
void apply_forwarded(const Headers& headers, const AddressBlocks& trusted, ClientView& client);

}  // namespace annals::http
