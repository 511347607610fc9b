#pragma once

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <optional>
#include <string>

#include "http/server.hpp"

namespace annals::http {

/// TLS 1.2 or later with the options' certificate and key; nullopt when they name neither. A sentence when a file is
/// missing, is no PEM, or the two do not belong together.
std::expected<std::optional<boost::asio::ssl::context>, std::string> make_tls(const ServerOptions& options);

}  // namespace annals::http
