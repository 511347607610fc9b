#pragma once

#include <string_view>

namespace annals::http {

/// A host name, an IPv4 address or a bracketed IPv6 address, with or without a port: only what may stand in a URL of
/// ours.
bool is_host(std::string_view text);

}  // namespace annals::http
