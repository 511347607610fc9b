#pragma once

#include <string_view>

namespace annals::http {

/// Sets up the program's log once, before anything logs: to standard error, from `level` on (trace, debug, info, warn,
/// error, critical, off), as text or as one JSON object a line. spdlog's default logger writes there afterwards, and so
/// does the access log. False: no such level, nothing changed.
bool configure_logging(std::string_view level, bool json);

}  // namespace annals::http
