#pragma once

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "core/crypto.hpp"
#include "core/sealing.hpp"

namespace annals::test {

/// AES-256-GCM as the key store does it, but with keys and nonces that follow from what is sealed, so that the golden
/// records have the same bytes in every run. key = SHA-256("golden <platform> <slot>"), nonce = the first 12 bytes of
/// SHA-256(additional data). Never for real data.
class GoldenSealer : public Sealer {
 public:
  void seal(PlatformId platform, SlotId slot, std::string_view additional, std::string_view plain,
            std::string& out) const override {
    const auto key = key_of(platform, slot);
    const auto nonce = sha256(additional);
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    std::string sealed(plain.size(), '\0');
    std::array<unsigned char, kTagBytes> tag;
    int length = 0;
    const bool ok =
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(additional), static_cast<int>(additional.size())) &&
        EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(sealed.data()), &length, bytes(plain),
                          static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), tag.data(), &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()) == 1;
    if (!ok) throw std::runtime_error("AES-256-GCM");
    out += as_view(nonce).substr(0, kNonceBytes);
    out += sealed;
    out += as_view(tag);
  }

  std::optional<std::string> open(PlatformId platform, SlotId slot, std::string_view additional,
                                  std::string_view sealed) const override {
    auto plain = annals::open(key_of(platform, slot), additional, sealed);
    if (!plain) throw DecodeError("a sealed part does not open");
    return plain;
  }

 private:
  static const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  static Key key_of(PlatformId platform, SlotId slot) {
    return sha256("golden " + std::to_string(platform.value) + " " + std::to_string(slot.value));
  }
};

}  // namespace annals::test
