#include "core/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <memory>

#include "core/openssl_calls.hpp"

namespace annals {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* it) const {
    Free(it);
  }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;

namespace {

int length_of(std::string_view text) {
  return static_cast<int>(text.size());
}

/// Fetched once: looking an algorithm up by name costs more than hashing a small record.
const EVP_CIPHER* gcm() {
  static EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

const EVP_MD* sha256_algorithm() {
  static EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

/// To be given a key and a nonce each time, but not the cipher again: that would set up everything anew.
CipherContext new_cipher_context(int encrypts) {
  CipherContext context(EVP_CIPHER_CTX_new());
  require_openssl(context && EVP_CipherInit_ex2(context.get(), gcm(), nullptr, nullptr, encrypts, nullptr) == 1,
                  "AES-256-GCM");
  return context;
}

DigestContext new_digest_context() {
  DigestContext context(EVP_MD_CTX_new());
  require_openssl(context != nullptr, "no memory for SHA-256");
  return context;
}

/// SHA-256 that has read the key's block, as HMAC wants it (RFC 2104), every byte of it changed by `pad`.
DigestContext keyed_sha256(const Key& key, std::uint8_t pad) {
  std::array<std::uint8_t, 64> block{};
  std::copy(key.begin(), key.end(), block.begin());
  for (auto& byte : block) byte ^= pad;
  auto context = new_digest_context();
  const bool ok = EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1 &&
                  EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1;
  OPENSSL_cleanse(block.data(), block.size());
  require_openssl(ok, "HMAC");
  return context;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  static thread_local const DigestContext context = new_digest_context();
  Digest digest;
  require_openssl(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1,
                  "SHA-256");
  return digest;
}

struct Hmac::States {
  DigestContext inner;
  DigestContext outer;
};

Hmac::Hmac(const Key& key) : states_(new States{keyed_sha256(key, 0x36), keyed_sha256(key, 0x5C)}) {}

Hmac::~Hmac() = default;

Digest Hmac::operator()(std::string_view bytes) const {
  static thread_local const DigestContext context = new_digest_context();
  Digest digest;
  require_openssl(EVP_MD_CTX_copy_ex(context.get(), states_->inner.get()) == 1 &&
                      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1 &&
                      EVP_MD_CTX_copy_ex(context.get(), states_->outer.get()) == 1 &&
                      EVP_DigestUpdate(context.get(), digest.data(), digest.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1,
                  "HMAC");
  return digest;
}

Key derive_key(const Key& root, std::string_view info) {
  std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
  Key derived;
  std::size_t length = derived.size();
  require_openssl(context && EVP_PKEY_derive_init(context.get()) == 1 &&
                      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1 &&
                      EVP_PKEY_CTX_set1_hkdf_key(context.get(), root.data(), static_cast<int>(root.size())) == 1 &&
                      EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes_of(info), length_of(info)) == 1 &&
                      EVP_PKEY_derive(context.get(), derived.data(), &length) == 1,
                  "HKDF");
  return derived;
}

void seal(const Key& key, std::string_view additional, std::string_view plain, std::string& out) {
  static thread_local const CipherContext context = new_cipher_context(1);
  const auto start = out.size();
  out.resize(start + kSealOverhead + plain.size());
  auto* nonce = reinterpret_cast<unsigned char*>(out.data()) + start;
  auto* cipher_text = nonce + kNonceBytes;
  random_bytes(nonce, kNonceBytes);
  int length = 0;
  require_openssl(
      EVP_EncryptInit_ex2(context.get(), nullptr, key.data(), nonce, nullptr) == 1 &&
          EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(additional), length_of(additional)) == 1 &&
          EVP_EncryptUpdate(context.get(), cipher_text, &length, bytes_of(plain), length_of(plain)) == 1 &&
          EVP_EncryptFinal_ex(context.get(), cipher_text + plain.size(), &length) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes),
                              cipher_text + plain.size()) == 1,
      "AES-256-GCM");
}

std::optional<std::string> open(const Key& key, std::string_view additional, std::string_view sealed) {
  static thread_local const CipherContext context = new_cipher_context(0);
  if (sealed.size() < kSealOverhead) return std::nullopt;
  const auto nonce = sealed.substr(0, kNonceBytes);
  const auto cipher_text = sealed.substr(kNonceBytes, sealed.size() - kSealOverhead);
  // OpenSSL takes the tag as writable memory and only reads it.
  auto* tag = const_cast<char*>(sealed.data() + sealed.size() - kTagBytes);
  std::string plain(cipher_text.size(), '\0');
  int length = 0;
  require_openssl(EVP_DecryptInit_ex2(context.get(), nullptr, key.data(), bytes_of(nonce), nullptr) == 1,
                  "AES-256-GCM");
  const bool ok =
      EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(additional), length_of(additional)) == 1 &&
      EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &length, bytes_of(cipher_text),
                        length_of(cipher_text)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), tag) == 1 &&
      EVP_DecryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(plain.data()) + plain.size(), &length) == 1;
  if (!ok) return std::nullopt;
  return plain;
}

void random_bytes(std::uint8_t* out, std::size_t count) {
  struct Pool {
    std::array<std::uint8_t, 4096> bytes;
    std::size_t used = sizeof(bytes);
  };
  static thread_local Pool pool;
  while (count > 0) {
    if (pool.used == pool.bytes.size()) {
      require_openssl(RAND_bytes(pool.bytes.data(), static_cast<int>(pool.bytes.size())) == 1, "RAND_bytes");
      pool.used = 0;
    }
    const auto taken = std::min(count, pool.bytes.size() - pool.used);
    std::copy_n(pool.bytes.data() + pool.used, taken, out);
    OPENSSL_cleanse(pool.bytes.data() + pool.used, taken);
    pool.used += taken;
    out += taken;
    count -= taken;
  }
}

Key random_key() {
  Key key;
  random_bytes(key.data(), key.size());
  return key;
}

Uuid random_uuid() {
  Uuid uuid;
  random_bytes(uuid.bytes.data(), uuid.bytes.size());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

void cleanse(void* bytes, std::size_t count) {
  OPENSSL_cleanse(bytes, count);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace annals
