#include "app/option_values.hpp"

#include <catch2/catch.hpp>

namespace annals::option_values_test {

TEST_CASE("addresses to listen on are read with their port", "[app]") {
  CHECK(parse_host_port("127.0.0.1:8080") == HostPort{"127.0.0.1", 8080});
  CHECK(parse_host_port("localhost:0") == HostPort{"localhost", 0});
  CHECK(parse_host_port("[::1]:8443") == HostPort{"::1", 8443});
  for (const auto* wrong : {"", "8080", ":8080", "::1:8080", "[::1]", "[host]:1", "host:65536", "host:-1",
                            "host:", "a b:1", "[::1:80", "host/path:1"}) {
    INFO(wrong);
    CHECK_FALSE(parse_host_port(wrong));
  }
}

TEST_CASE("an address is written as it is read", "[app]") {
  CHECK(HostPort{"127.0.0.1", 81}.to_string() == "127.0.0.1:81");
  CHECK(HostPort{"::1", 82}.to_string() == "[::1]:82");
}

TEST_CASE("durations are seconds, or have a unit behind them", "[app]") {
  using std::chrono::seconds;
  CHECK(parse_duration("90") == seconds(90));
  CHECK(parse_duration("91s") == seconds(91));
  CHECK(parse_duration("15m") == seconds(900));
  CHECK(parse_duration("12h") == seconds(43'200));
  CHECK(parse_duration("30d") == seconds(2'592'000));
  for (const auto* wrong : {"", "0", "-1", "1.5h", "d", "3w", "36526d", "99999999999999999999", "10 s"}) {
    INFO(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

TEST_CASE("sizes are bytes, or have a unit behind them", "[app]") {
  CHECK(parse_bytes("123", 1, 1000) == 123);
  CHECK(parse_bytes("2KiB", 1, 4096) == 2048);
  CHECK(parse_bytes("3MiB", 1, 1u << 30) == 3u << 20);
  CHECK_FALSE(parse_bytes("4097", 1, 4096));
  CHECK_FALSE(parse_bytes("0", 1, 4096));
  CHECK_FALSE(parse_bytes("1MB", 1, 1u << 30));
  CHECK_FALSE(parse_bytes("99999999999GiB", 1, ~0ull));
}

TEST_CASE("rates may have a fraction but no sign", "[app]") {
  CHECK(parse_rate("0") == 0.0);
  CHECK(parse_rate("2.5") == 2.5);
  CHECK_FALSE(parse_rate("-1"));
  CHECK_FALSE(parse_rate("nan"));
  CHECK_FALSE(parse_rate("inf"));
  CHECK_FALSE(parse_rate(""));
}

TEST_CASE("a key is 64 hexadecimal digits or base64 of 32 bytes", "[app]") {
  Key key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(7 * i + 1);
  CHECK(parse_key_text("01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da\n") == key);
  CHECK(parse_key_text("01080F161D242B323940474E555C636A71787F868D949BA2A9B0B7BEC5CCD3DA") == key);
  CHECK(parse_key_text("AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09o=") == key);
  CHECK(parse_key_text("AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09o") == key);
  CHECK_FALSE(parse_key_text("AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM0w=="));
  CHECK_FALSE(parse_key_text("zz080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da"));
  CHECK_FALSE(parse_key_text(""));
}

TEST_CASE("what is put into quarantine is a platform and a position", "[app]") {
  CHECK(parse_quarantine_wish("main:42") == QuarantineWish{"main", Position{42}});
  CHECK(parse_quarantine_wish("a:b:7") == QuarantineWish{"a:b", Position{7}});
  for (const auto* text : {"", "main", "main:", ":42", "main:0", "main:-1", "main:4x"}) {
    INFO(text);
    CHECK_FALSE(parse_quarantine_wish(text));
  }
}

}  // namespace annals::option_values_test
