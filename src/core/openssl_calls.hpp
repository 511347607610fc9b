#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace annals {

/// Throws when an operation of OpenSSL (`what`) failed: none of ours can, but for lack of memory or a wrong build.
inline void require_openssl(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

/// As OpenSSL takes them.
inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace annals
