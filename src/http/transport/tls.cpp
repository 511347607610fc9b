#include "http/transport/tls.hpp"

#include <openssl/ssl.h>

#include <cstring>
#include <string_view>

namespace annals::http {
namespace {

namespace ssl = boost::asio::ssl;

/// Of the protocols that a client offers we speak one.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes, const unsigned char* offered,
                    unsigned int offered_bytes, void*) {
  constexpr std::string_view ours = "http/1.1";
  for (unsigned int at = 0; at < offered_bytes; at += offered[at] + 1u) {
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
    if (name != ours) continue;
    *chosen = offered + at + 1;
    *chosen_bytes = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

std::expected<std::optional<ssl::context>, std::string> make_tls(const ServerOptions& options) {
  const std::string& certificate = options.tls_certificate_file;
  const std::string& key = options.tls_key_file;
  if (certificate.empty() && key.empty()) return std::nullopt;
  if (certificate.empty() || key.empty())
    return std::unexpected("TLS needs both a certificate file and a key file; only one of them is given.");

  ssl::context context(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_protocol, nullptr);
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression);
  boost::system::error_code error;
  context.use_certificate_chain_file(certificate, error);
  if (error)
    return std::unexpected("The TLS certificate file " + certificate + " cannot be used: " + error.message() + ".");
  context.use_private_key_file(key, ssl::context::pem, error);
  if (error) return std::unexpected("The TLS key file " + key + " cannot be used: " + error.message() + ".");
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return std::unexpected("The TLS key file " + key + " does not belong to the certificate in " + certificate + ".");
  return context;
}

}  // namespace annals::http
