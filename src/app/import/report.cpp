#include "app/import/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>

#include "core/json.hpp"

namespace annals {
namespace {

/// As far as it is UTF-8; each other byte is a replacement character.
std::string readable(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length <= 4 && length <= text.size() && !is_utf8(text.substr(0, length))) ++length;
    const bool whole = length <= 4 && length <= text.size();
    out += whole ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(whole ? length : 1);
  }
  return out;
}

}  // namespace

std::expected<ImportReport, std::string> ImportReport::open(const std::string& rejects_file) {
  ImportReport report;
  if (rejects_file.empty()) return report;
  report.file_.reset(std::fopen(rejects_file.c_str(), "wbe"));
  if (!report.file_) {
    return std::unexpected(fmt::format("--rejects {} cannot be written: {}.", rejects_file, std::strerror(errno)));
  }
  return report;
}

void ImportReport::count(const RecordsImported& more) {
  counts_.persons += more.persons;
  counts_.organizations += more.organizations;
  counts_.updated += more.updated;
  counts_.unchanged += more.unchanged;
  counts_.skipped += more.skipped;
}

std::uint64_t ImportReport::records() const {
  return counts_.persons + counts_.organizations + counts_.updated + counts_.unchanged + counts_.skipped + rejected_;
}

void ImportReport::rejected(std::uint64_t line, std::string_view errors, std::string_view text) {
  if (++rejected_ <= kShownMax) shown_.push_back(fmt::format("line {}: {}", line, errors));
  if (!file_) return;
  fmt::print(file_.get(), "{{\"line\":{},\"errors\":{},\"text\":{}}}\n", line, errors, quote_json(readable(text)));
}

bool ImportReport::print(const ReportWording& wording) {
  for (const auto& line : shown_) fmt::print(stderr, "{}\n", line);
  if (rejected_ > kShownMax) fmt::print(stderr, "and {} rejected lines more\n", rejected_ - kShownMax);
  fmt::print("{} {} persons, {} organizations, ", wording.dry_run ? "would import" : "imported", counts_.persons,
             counts_.organizations);
  if (wording.updates) fmt::print("updated {}, unchanged {}, ", counts_.updated, counts_.unchanged);
  fmt::print("skipped {}, rejected {}\n", counts_.skipped, rejected_);
  return !file_ || (std::fflush(file_.get()) == 0 && std::ferror(file_.get()) == 0);
}

std::string description_of(const RecordReader& reader, std::string_view input_name) {
  auto text = fmt::format("{} was read as {}; records that do not say otherwise are {}", input_name,
                          reader.format() == RecordFormat::csv ? "CSV" : "NDJSON", plural_of(reader.kind()));
  const auto& unknown = reader.unknown_fields();
  if (!unknown.empty()) {
    text += fmt::format("; ignored: {}{}", readable(fmt::format("{}", fmt::join(unknown, ", "))),
                        unknown.size() == RecordReader::kUnknownFieldsMax ? ", …" : "");
  }
  return text;
}

}  // namespace annals
