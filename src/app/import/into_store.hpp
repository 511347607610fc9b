#pragma once

#include <optional>

#include "app/config.hpp"
#include "app/import/input.hpp"
#include "app/import/report.hpp"
#include "app/import/stop.hpp"
#include "commands/import/record_reader.hpp"

namespace annals {

/// Imports into the data directory, which nothing else may have open: through the same groups that the server commits.
/// One thread reads and checks the records' shape, the calling one decides, encodes and appends.
std::optional<ImportStop> import_into_store(const Config& config, const std::string& platform_key,
                                            const ImportInput& input, RecordReader& reader, ImportReport& report);

}  // namespace annals
