#include "core/signing.hpp"

#include <catch2/catch.hpp>

#include "core/base64.hpp"
#include "core/signed_head.hpp"

namespace annals::signing_test {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

Key seed(std::uint8_t first) {
  Key key{};
  key[0] = first;
  return key;
}

SignedHead some_head() {
  SignedHead head;
  head.platform = PlatformId{3};
  head.platform_key = "sales";
  head.head = {Position{41}, sha256("the last commit")};
  head.recorded_at = from_micros(1'750'000'000'000'001);
  head.signed_at = from_micros(1'750'000'100'000'002);
  head.sign(SigningKey(seed(1)));
  return head;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("base64 gives the examples of RFC 4648, and reads them", "[core]") {
  const std::vector<std::pair<std::string, std::string>> examples{{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"},
                                                                  {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : examples) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
  CHECK(from_base64("-_8") == "\xfb\xff");
  CHECK_FALSE(from_base64("Zm9*"));
}

TEST_CASE("Ed25519 gives the first example of RFC 8032", "[core][crypto]") {
  Key secret;
  const auto bytes = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  std::copy(bytes.begin(), bytes.end(), secret.begin());
  const SigningKey key(secret);
  CHECK(to_hex(key.public_key()) ==
        "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(to_hex(key.sign("")) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
        "24655141438e7a100b");
}

TEST_CASE("a signature holds for its text and its key only", "[core][crypto]") {
  const SigningKey key(seed(1));
  const auto signature = key.sign("a text");
  CHECK(signature_holds(key.public_key(), "a text", signature));
  CHECK_FALSE(signature_holds(key.public_key(), "a test", signature));
  CHECK_FALSE(signature_holds(SigningKey(seed(2)).public_key(), "a text", signature));
  CHECK_FALSE(signature_holds("no key", "a text", signature));
  CHECK_FALSE(signature_holds(key.public_key(), "a text", signature.substr(1)));
}

TEST_CASE("the text of a signed head is a line for each member", "[core]") {
  auto head = some_head();
  CHECK(head.text() ==
        "annals audit head 1\n"
        "platform 3\n"
        "platform_key sales\n"
        "position 41\n"
        "hash " +
            to_hex(as_view(sha256("the last commit"))) +
            "\n"
            "recorded_at 2025-06-15T15:06:40.000001Z\n"
            "signed_at 2025-06-15T15:08:20.000002Z\n");
  head.recorded_at.reset();
  CHECK_THAT(head.text(), !Catch::Contains("recorded_at"));
}

TEST_CASE("a signed head reads as it was written", "[core]") {
  for (const bool recorded : {true, false}) {
    auto head = some_head();
    if (!recorded) {
      head.recorded_at.reset();
      head.sign(SigningKey(seed(1)));
    }
    const auto read = SignedHead::parse(head.json());
    REQUIRE(read);
    CHECK(*read == head);
    CHECK(read->holds());
  }
}

TEST_CASE("a signed head with any member altered does not hold", "[core]") {
  const auto json = some_head().json();
  const std::vector<std::pair<std::string, std::string>> alterations{
      {"\"platform\":3", "\"platform\":4"},   {"sales", "Sales"},
      {"\"position\":41", "\"position\":40"}, {"\"hash\":\"", "\"hash\":\"f"},
      {":40.000001Z", ":40.000003Z"},         {":20.000002Z", ":20.000004Z"}};
  for (const auto& [from, to] : alterations) {
    INFO(from);
    auto altered = replaced(json, from, to);
    if (from.starts_with("\"hash")) altered.erase(altered.find("\",\"recorded_at") - 1, 1);  // as long as before
    const auto read = SignedHead::parse(altered);
    REQUIRE(read);
    CHECK_FALSE(read->holds());
  }
  auto without = replaced(json, R"("recorded_at":"2025-06-15T15:06:40.000001Z",)", "");
  CHECK_FALSE(SignedHead::parse(without)->holds());
}

TEST_CASE("what is no signed head is told apart, and why", "[core]") {
  const auto json = some_head().json();
  const std::vector<std::pair<std::string, std::string>> rows{
      {"[]", "it is no object"},
      {"{}", "platform is missing"},
      {replaced(json, ":3,", ":-3,"), "platform is no number"},
      {replaced(json, "\"sales\"", "null"), "platform_key is no text"},
      {replaced(json, "\"hash\":\"", "\"hash\":\"0"), "hash is no SHA-256 in hexadecimal digits"},
      {replaced(json, ".000002Z", "Z"), "signed_at is no time"},
      {replaced(json, "\"public_key\":\"", "\"public_key\":\"*"), "public_key is no base64"},
      {replaced(json, "Ed25519", "RSA"), "algorithm is not Ed25519"}};
  for (const auto& [text, why] : rows) {
    const auto read = SignedHead::parse(text);
    REQUIRE_FALSE(read);
    CHECK(read.error() == why);
  }
}

}  // namespace annals::signing_test
