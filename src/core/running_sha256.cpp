#include "core/running_sha256.hpp"

#include <openssl/evp.h>

#include "core/openssl_calls.hpp"

namespace annals {
struct RunningSha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

RunningSha256::RunningSha256() : context_(std::make_unique<Context>()) {
  require_openssl(context_->evp != nullptr && EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1, "SHA-256");
}

RunningSha256::~RunningSha256() = default;

void RunningSha256::add(std::string_view bytes) {
  require_openssl(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1, "SHA-256");
}

Digest RunningSha256::finish() {
  Digest digest;
  require_openssl(EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr) == 1, "SHA-256");
  return digest;
}

}  // namespace annals
