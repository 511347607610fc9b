#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "commands/import/csv.hpp"
#include "commands/import/record_reader.hpp"
#include "core/json.hpp"

namespace {

using namespace annals;

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

ByteSource in_steps(std::string_view text, std::size_t step) {
  return [text, step](char* to, std::size_t size) mutable {
    const auto count = text.copy(to, std::min(size, step));
    text.remove_prefix(count);
    return count;
  };
}

struct Given {
  std::uint64_t line;
  std::string text;
  bool operator==(const Given&) const = default;
};

std::vector<Given> texts_of(ByteSource source, bool csv, std::size_t bytes_max) {
  RecordTexts texts(std::move(source), bytes_max);
  if (csv) texts.expect_csv(',');
  std::vector<Given> all;
  std::uint64_t consumed = 0;
  while (const auto record = texts.next()) {
    promise(all.empty() || record->line > all.back().line, "lines go on");
    promise(texts.bytes_consumed() > consumed, "every record consumes something");
    consumed = texts.bytes_consumed();
    all.push_back({record->line, std::string(record->text)});
  }
  return all;
}

/// However the bytes come in, the records are the same.
void cut(std::string_view bytes, bool csv, std::size_t bytes_max) {
  const auto whole = texts_of(source_of(bytes), csv, bytes_max);
  promise(texts_of(in_steps(bytes, 1), csv, bytes_max) == whole, "byte by byte the records are the same");
  promise(texts_of(in_steps(bytes, 5), csv, bytes_max) == whole, "in steps the records are the same");
}

/// Fields that are written again, all in quotes, read the same.
void read_fields(std::string_view record) {
  const auto fields = csv_fields(record, ';');
  if (!fields) return;
  std::string again;
  for (const auto& field : *fields) {
    if (!again.empty()) again += ';';
    again += '"';
    for (const char c : field) again += c == '"' ? "\"\"" : std::string(1, c);
    again += '"';
  }
  const auto reread = csv_fields(again, ';');
  promise(reread && *reread == *fields, "fields read as they were written");
}

void read_rows(std::string_view bytes, const ReadingRules& rules) {
  auto reader = RecordReader::open(source_of(bytes), rules);
  if (!reader) return promise(!reader.error().empty(), "a refusal says why");
  std::uint64_t line = 0;
  while (const auto row = reader->next()) {
    promise(row->line > line, "rows go on");
    line = row->line;
    const auto& errors =
        std::visit([](const auto& record) -> const FieldErrors& { return record.errors; }, row->record);
    promise(row->readable || !errors.empty(), "a row that cannot be read says why");
    for (const auto& error : errors) {
      for (const auto& message : error.messages) promise(is_utf8(message), "what is said is UTF-8");
    }
  }
}

}  // namespace

/// The first byte says as what the rest is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      read_rows(rest, {});
      break;
    case 1:
      read_rows(rest, {RecordFormat::csv, RecordKind::organization});
      break;
    case 2:
      read_rows(rest, {RecordFormat::ndjson, std::nullopt, {}, Existing::update});
      break;
    case 3:
      cut(rest, true, 16);
      break;
    case 4:
      cut(rest, false, 16);
      break;
    default:
      read_fields(rest);
  }
  return 0;
}
