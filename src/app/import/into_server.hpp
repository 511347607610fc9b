#pragma once

#include <optional>
#include <string>

#include "app/import/input.hpp"
#include "app/import/report.hpp"
#include "app/import/stop.hpp"
#include "commands/import/record_reader.hpp"

namespace annals {

/// Imports through a running server, into the token's platform: the file goes there in pieces that keep the server's
/// limits, each after the answer to the one before. What the server cannot take just now is sent again.
std::optional<ImportStop> import_into_server(const std::string& url, const std::string& token, const ImportInput& input,
                                             RecordReader& reader, ImportReport& report);

}  // namespace annals
