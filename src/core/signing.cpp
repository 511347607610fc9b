#include "core/signing.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "core/openssl_calls.hpp"

namespace annals {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Context new_context() {
  return {EVP_MD_CTX_new(), EVP_MD_CTX_free};
}

}  // namespace

SigningKey::SigningKey(const Key& seed)
    : pair_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
            [](void* pair) { EVP_PKEY_free(static_cast<EVP_PKEY*>(pair)); }) {
  require_openssl(pair_ != nullptr, "Ed25519");
  unsigned char* encoded = nullptr;
  const int length = i2d_PUBKEY(static_cast<EVP_PKEY*>(pair_.get()), &encoded);
  require_openssl(length > 0, "Ed25519");
  public_key_.assign(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length));
  OPENSSL_free(encoded);
}

std::string SigningKey::sign(std::string_view text) const {
  const auto context = new_context();
  std::string signature(64, '\0');
  std::size_t length = signature.size();
  require_openssl(
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, static_cast<EVP_PKEY*>(pair_.get())) == 1 &&
          EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(text),
                         text.size()) == 1,
      "Ed25519");
  return signature;
}

bool signature_holds(std::string_view public_key, std::string_view text, std::string_view signature) {
  const auto* encoded = bytes_of(public_key);
  const KeyPointer key(d2i_PUBKEY(nullptr, &encoded, static_cast<long>(public_key.size())), EVP_PKEY_free);
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return false;
  const auto context = new_context();
  require_openssl(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1, "Ed25519");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

}  // namespace annals
