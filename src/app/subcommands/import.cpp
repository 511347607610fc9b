#include "app/subcommands/import.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/exit_codes.hpp"
#include "app/import/input.hpp"
#include "app/import/into_server.hpp"
#include "app/import/into_store.hpp"
#include "app/import/report.hpp"
#include "app/import/trying.hpp"
#include "commands/import/record_reader.hpp"

namespace annals {
namespace {

std::optional<RecordFormat> format_named_by(const std::string& file) {
  for (const auto* ending : {".csv", ".tsv"}) {
    if (file.ends_with(ending)) return RecordFormat::csv;
  }
  for (const auto* ending : {".ndjson", ".jsonl"}) {
    if (file.ends_with(ending)) return RecordFormat::ndjson;
  }
  return std::nullopt;
}

std::expected<ReadingRules, std::string> rules_of(const ImportArguments& arguments) {
  ReadingRules rules;
  rules.format = format_named_by(arguments.file);
  if (arguments.format == "csv") rules.format = RecordFormat::csv;
  if (arguments.format == "ndjson") rules.format = RecordFormat::ndjson;
  rules.kind = record_kind_named(arguments.type);
  if (arguments.upsert) rules.existing = Existing::update;
  auto mapping = FieldMapping::parse(arguments.mapping);
  if (!mapping) return std::unexpected(fmt::format("--map: {}.", mapping.error()));
  rules.mapping = *std::move(mapping);
  return rules;
}

/// Also a file of which not even the first bytes can be read.
std::expected<RecordReader, std::string> open_reader(ImportInput& input, const ReadingRules& rules) {
  try {
    auto reader = RecordReader::open(input.source(), rules);
    if (reader) return reader;
    return std::unexpected(fmt::format("{} cannot be imported: {}.", input.name(), reader.error()));
  } catch (const InputFailure& failure) {
    return std::unexpected(std::string(failure.what()) + '.');
  }
}

std::optional<ImportStop> import_from(const Config& config, const ImportArguments& arguments, const std::string& token,
                                      const ImportInput& input, RecordReader& reader, ImportReport& report) {
  if (arguments.dry_run) return try_import(config, arguments.platform, input, reader, report);
  if (arguments.server.empty()) return import_into_store(config, arguments.platform, input, reader, report);
  return import_into_server(arguments.server, token, input, reader, report);
}

}  // namespace

int import_records(const Config& config, const ImportArguments& arguments, const Environment& environment) {
  const auto token = arguments.token.empty() ? environment("ANNALS_TOKEN").value_or("") : arguments.token;
  if (!arguments.server.empty() && token.empty()) {
    return fail(kWrongUsage, "--server needs an API token: --token, or ANNALS_TOKEN in the environment.");
  }
  const auto rules = rules_of(arguments);
  if (!rules) return fail(kWrongUsage, rules.error());
  auto input = ImportInput::open(arguments.file);
  if (!input) return fail(kWrongUsage, input.error());
  auto report = ImportReport::open(arguments.rejects);
  if (!report) return fail(kWrongUsage, report.error());
  auto reader = open_reader(*input, *rules);
  if (!reader) return fail(kWrongUsage, reader.error());

  const auto stop = import_from(config, arguments, token, *input, *reader, *report);
  if (!stop || report->records() > 0) {
    fmt::print(stderr, "{}\n", description_of(*reader, input->name()));
    if (!report->print({arguments.upsert, arguments.dry_run}) && !stop) {
      return fail(kUnusableData, fmt::format("--rejects {} could not be written to its end.", arguments.rejects));
    }
  }
  return stop ? fail(stop->exit_code, stop->sentence) : kDone;
}

}  // namespace annals
