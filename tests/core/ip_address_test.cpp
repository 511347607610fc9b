#include "core/ip_address.hpp"

#include <catch2/catch.hpp>

namespace annals::ip_address_test {
using annals::IpAddress;

TEST_CASE("addresses of servers on the internet are public", "[core]") {
  for (const auto* text : {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",
                           "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
                           "126.255.255.255", "128.0.0.1",       "169.253.255.255",
                           "172.15.255.255",  "172.32.0.0",      "192.167.255.255",
                           "192.169.0.0",     "198.17.255.255",  "198.20.0.0",
                           "223.255.255.255", "2606:4700::1111", "2a00:1450:4001:80b::200e",
                           "2001:200::1",     "3ffe::1"}) {
    INFO(text);
    const auto address = IpAddress::parse(text);
    REQUIRE(address);
    CHECK(address->is_public());
    CHECK(address->to_string() == text);
  }
}

TEST_CASE("loopback, private, link-local, shared, multicast, reserved and embedded addresses are not", "[core]") {
  for (const auto* text :
       {"0.0.0.0",         "0.1.2.3",          "10.0.0.1",        "100.64.0.1",   "127.0.0.1",    "127.255.255.254",
        "169.254.169.254", "172.16.0.1",       "172.31.255.255",  "192.0.0.8",    "192.0.2.1",    "192.88.99.1",
        "192.168.1.1",     "198.18.0.1",       "198.19.255.255",  "198.51.100.7", "203.0.113.7",  "224.0.0.1",
        "239.255.255.255", "240.0.0.1",        "255.255.255.255", "::",           "::1",          "::ffff:8.8.8.8",
        "::8.8.8.8",       "64:ff9b::808:808", "100::1",          "fc00::1",      "fd12:3456::1", "fe80::1",
        "fec0::1",         "ff02::1",          "2001:db8::1",     "2001::1",      "2001:1ff::1",  "2002:808:808::1",
        "3fff::1"}) {
    INFO(text);
    const auto address = IpAddress::parse(text);
    REQUIRE(address);
    CHECK_FALSE(address->is_public());
  }
}

TEST_CASE("what resolvers take for an address is one, however it is spelt", "[core]") {
  for (const auto* text : {"127.1", "0x7f.1", "2130706433", "0177.0.0.1", "0x7f000001"}) {
    INFO(text);
    const auto address = IpAddress::parse(text);
    REQUIRE(address);
    CHECK(address->to_string() == "127.0.0.1");
  }
  for (const auto* text : {"", "example.org", "256.0.0.1", "1.2.3.4.5", "127.0.0.1 x", "fe80::1%eth0", "[::1]"}) {
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
}

TEST_CASE("an address is made of 4 or 16 bytes in the order of the network", "[core]") {
  const std::uint8_t v4[] = {8, 8, 4, 4};
  CHECK(IpAddress(v4).to_string() == "8.8.4.4");
  const std::uint8_t short_of[] = {8, 8, 4};
  CHECK_THROWS_AS(IpAddress(short_of), std::invalid_argument);
}

}  // namespace annals::ip_address_test
