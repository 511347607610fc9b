#include "app/subcommands/import.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/exit_codes.hpp"
#include "app/import/input.hpp"
#include "app/import/into_server.hpp"
#include "app/import/into_store.hpp"
#include "app/import/report.hpp"
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

ReadingRules rules_of(const ImportArguments& arguments) {
  ReadingRules rules;
  rules.format = format_named_by(arguments.file);
  if (arguments.format == "csv") rules.format = RecordFormat::csv;
  if (arguments.format == "ndjson") rules.format = RecordFormat::ndjson;
  rules.kind = record_kind_named(arguments.type);
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

}  // namespace

int import_records(const Config& config, const ImportArguments& arguments, const Environment& environment) {
  const auto token = arguments.token.empty() ? environment("ANNALS_TOKEN").value_or("") : arguments.token;
  if (!arguments.server.empty() && token.empty()) {
    return fail(kWrongUsage, "--server needs an API token: --token, or ANNALS_TOKEN in the environment.");
  }
  auto input = ImportInput::open(arguments.file);
  if (!input) return fail(kWrongUsage, input.error());
  auto report = ImportReport::open(arguments.rejects);
  if (!report) return fail(kWrongUsage, report.error());
  auto reader = open_reader(*input, rules_of(arguments));
  if (!reader) return fail(kWrongUsage, reader.error());

  const auto stop = arguments.server.empty() ? import_into_store(config, arguments.platform, *input, *reader, *report)
                                             : import_into_server(arguments.server, token, *input, *reader, *report);
  if (!stop || report->records() > 0) {
    fmt::print(stderr, "{}\n", description_of(*reader, input->name()));
    if (!report->print() && !stop) {
      return fail(kUnusableData, fmt::format("--rejects {} could not be written to its end.", arguments.rejects));
    }
  }
  return stop ? fail(stop->exit_code, stop->sentence) : kDone;
}

}  // namespace annals
