#pragma once

#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands/import/record_reader.hpp"
#include "core/outcome.hpp"

namespace annals {

struct ReportWording {
  bool updates = false;  ///< records that are there were to be updated
  bool dry_run = false;  ///< nothing was done
};

/// What became of the records so far, and which were rejected. Keeps the first of those in memory to be shown at the
/// end; a file gets them all, as NDJSON.
class ImportReport {
 public:
  static constexpr std::size_t kShownMax = 100;

  /// `rejects_file` empty: none. The error is a sentence.
  static std::expected<ImportReport, std::string> open(const std::string& rejects_file);

  /// Adds the counts; what was rejected comes one by one.
  void count(const RecordsImported& more);
  /// `errors` is JSON, `text` the record as it stands in the file.
  void rejected(std::uint64_t line, std::string_view errors, std::string_view text);

  bool wants_texts() const { return file_ != nullptr; }
  std::uint64_t records() const;
  /// The rejected lines on standard error, the counts on standard output. False: the rejects' file is not whole.
  bool print(const ReportWording& wording);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  RecordsImported counts_;
  std::uint64_t rejected_ = 0;
  std::vector<std::string> shown_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// What was read and how, for standard error: the format, and which fields were not known.
std::string description_of(const RecordReader& reader, std::string_view input_name);

}  // namespace annals
