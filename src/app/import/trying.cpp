#include "app/import/trying.hpp"

#include <chrono>
#include <utility>

#include "app/exit_codes.hpp"
#include "app/import/trial.hpp"
#include "app/platform_keys.hpp"
#include "app/progress.hpp"
#include "app/projection_upkeep.hpp"
#include "app/server_caller.hpp"
#include "core/clock.hpp"
#include "core/problem.hpp"

namespace annals {
namespace {

std::optional<ImportStop> try_rows(Store& store, PlatformId platform, const ImportInput& input, RecordReader& reader,
                                   ImportReport& report) {
  const auto caller = the_server(platform);
  ImportTrial trial(store.views().latest(), store.digester(), caller, clock_now(), reader.existing());
  Progress progress("trying", "bytes");
  try {
    while (const auto row = reader.next()) {
      const auto outcome = trial.of(*row);
      report.count(outcome);
      for (const auto& rejected : outcome.rejected) {
        report.rejected(rejected.line, fields_json(rejected.errors), reader.text());
      }
      if (input.bytes()) progress.show(reader.bytes_consumed(), *input.bytes());
    }
  } catch (const InputFailure& failure) {
    return ImportStop{kWrongUsage, std::string(failure.what()) + '.'};
  }
  return std::nullopt;
}

}  // namespace

RecordsImported StoreImportTrials::of(const Caller& caller, std::span<const ImportRecords> commands,
                                      Existing existing) const {
  const auto views = store_.views().snapshot();
  ImportTrial trial(*views, store_.digester(), caller, clock_now(), existing);
  RecordsImported all;
  for (const auto& command : commands) {
    for (const auto& row : command.rows) all.add(trial.of(row));
  }
  return all;
}

std::optional<ImportStop> try_import(const Config& config, const std::string& platform_key, const ImportInput& input,
                                     RecordReader& reader, ImportReport& report) {
  if (holds_nothing(config.data)) return ImportStop{kUnusableData, nothing_in(config.data)};
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return ImportStop{kUnusableData, opened.error().sentence};
  auto& store = **opened;
  const PlatformKeys keys(store);
  if (const auto shortage = views_fall_short(store, keys)) return ImportStop{kUnusableData, *shortage};
  const auto platform = keys.with_records(platform_key);
  if (!platform) return ImportStop{kWrongUsage, platform.error()};
  return try_rows(store, *platform, input, reader, report);
}

}  // namespace annals
