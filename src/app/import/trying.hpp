#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/config.hpp"
#include "app/import/input.hpp"
#include "app/import/report.hpp"
#include "app/import/stop.hpp"
#include "commands/import/record_reader.hpp"
#include "http/ports.hpp"
#include "storage/store.hpp"

namespace annals {

/// Over a store that is being written to.
class StoreImportTrials : public ImportTrials {
 public:
  /// Does not own the store.
  explicit StoreImportTrials(Store& store) : store_(store) {}
  RecordsImported of(const Caller& caller, std::span<const ImportRecords> commands, Existing existing) const override;

 private:
  Store& store_;
};

/// What an import into the data directory would do: beside a running server, or alone.
std::optional<ImportStop> try_import(const Config& config, const std::string& platform_key, const ImportInput& input,
                                     RecordReader& reader, ImportReport& report);

}  // namespace annals
