#include "core/crypto.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace annals::crypto_test {
namespace {

Key counting_key() {
  Key key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-2", "[core][crypto]") {
  CHECK(to_hex(as_view(sha256("abc"))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(as_view(sha256(""))) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMAC agrees with its definition by SHA-256", "[core][crypto]") {
  const auto key = counting_key();
  for (const std::string text :
       {"", "text", "a text that is longer than one block of SHA-256, which is 64 bytes long"}) {
    std::string inner(64, '\x36');
    std::string outer(64, '\x5c');
    for (std::size_t i = 0; i < key.size(); ++i) {
      inner[i] = static_cast<char>(inner[i] ^ static_cast<char>(key[i]));
      outer[i] = static_cast<char>(outer[i] ^ static_cast<char>(key[i]));
    }
    CHECK(Hmac(key)(text) == sha256(outer + std::string(as_view(sha256(inner + text)))));
  }
}

TEST_CASE("HKDF without salt agrees with its definition by HMAC", "[core][crypto]") {
  const auto root = counting_key();
  const auto extracted = Hmac(Key{})(as_view(root));
  CHECK(derive_key(root, "purpose") == Hmac(extracted)("purpose\x01"));
  CHECK(derive_key(root, "purpose") != derive_key(root, "purposf"));
  CHECK(derive_key(root, "purpose") != derive_key(Key{}, "purpose"));
}

TEST_CASE("what is sealed opens, and appends to what is there", "[core][crypto]") {
  const auto key = random_key();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{100'000}}) {
    const std::string plain(size, 'p');
    std::string out = "before";
    seal(key, "additional", plain, out);
    REQUIRE(out.starts_with("before"));
    const auto sealed = out.substr(6);
    CHECK(sealed.size() == size + kSealOverhead);
    CHECK(open(key, "additional", sealed) == plain);
  }
}

TEST_CASE("sealing twice gives other bytes", "[core][crypto]") {
  const auto key = random_key();
  std::string first;
  std::string second;
  seal(key, "", "same", first);
  seal(key, "", "same", second);
  CHECK(first != second);
}

TEST_CASE("any changed byte, key or additional data keeps it from opening", "[core][crypto]") {
  const auto key = random_key();
  std::string sealed;
  seal(key, "additional", "plain text", sealed);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(open(key, "additional", changed) == std::nullopt);
    CHECK(open(key, "additional", sealed.substr(0, at)) == std::nullopt);
  }
  CHECK(open(key, "additionaL", sealed) == std::nullopt);
  CHECK(open(key, "", sealed) == std::nullopt);
  CHECK(open(random_key(), "additional", sealed) == std::nullopt);
  CHECK(open(key, "additional", sealed + '\0') == std::nullopt);
  CHECK(open(key, "additional", sealed) == "plain text");
}

TEST_CASE("random bytes do not repeat across the pool's end", "[core][crypto]") {
  std::set<Key> seen;
  for (int i = 0; i < 1000; ++i) CHECK(seen.insert(random_key()).second);
  std::array<std::uint8_t, 10'000> many{};
  random_bytes(many.data(), many.size());
  CHECK(std::set<std::uint8_t>(many.begin(), many.end()).size() == 256);
}

TEST_CASE("random UUIDs are of version 4", "[core][crypto]") {
  for (int i = 0; i < 100; ++i) {
    const auto text = random_uuid().to_string();
    CHECK(text[14] == '4');
    CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  }
}

TEST_CASE("comparison in constant time compares", "[core][crypto]") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("same", "same"));
  CHECK_FALSE(equal_in_constant_time("same", "samf"));
  CHECK_FALSE(equal_in_constant_time("same", "sam"));
}

TEST_CASE("cleansing leaves zeros", "[core][crypto]") {
  auto key = random_key();
  cleanse(key.data(), key.size());
  CHECK(key == Key{});
}

}  // namespace annals::crypto_test
