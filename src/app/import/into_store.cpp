#include "app/import/into_store.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <thread>
#include <utility>

#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/import/batch_queue.hpp"
#include "app/platform_keys.hpp"
#include "app/progress.hpp"
#include "app/projection_upkeep.hpp"
#include "app/server_caller.hpp"
#include "commands/import/pieces.hpp"
#include "core/crypto.hpp"
#include "core/failure_of.hpp"
#include "core/problem.hpp"

namespace annals {
namespace {

constexpr std::size_t kRowsPerCommit = 1'000;

/// On a thread of its own.
void read_batches(RecordReader& reader, bool with_texts, BatchQueue& queue) {
  ImportBatch batch;
  while (auto row = reader.next()) {
    batch.command.rows.push_back(*std::move(row));
    batch.text_bytes += reader.text().size();
    if (with_texts) batch.texts.emplace_back(reader.text());
    batch.bytes_consumed = reader.bytes_consumed();
    if (batch.command.rows.size() < kRowsPerCommit && batch.text_bytes < ImportPieces::kBytesMax) continue;
    if (!queue.push(std::exchange(batch, {}))) return;
  }
  if (!batch.command.rows.empty()) queue.push(std::move(batch));
}

/// Reads ahead from its making to its end.
class ReadingAhead {
 public:
  ReadingAhead(RecordReader& reader, bool with_texts)
      : thread_([this, &reader, with_texts] {
          queue_.end(failure_of([&] { read_batches(reader, with_texts, queue_); }));
        }) {}
  ~ReadingAhead() { queue_.close(); }
  std::optional<ImportBatch> next() { return queue_.pop(); }

 private:
  BatchQueue queue_;
  std::jthread thread_;  ///< last: joined first
};

ImportStop refused_by_store(std::string_view why) {
  return {kUnusableData,
          fmt::format("the import stopped: {}. What was imported until then stays; make room on the disk or check it, "
                      "then run the same again to go on.",
                      why)};
}

class StoreImport {
 public:
  StoreImport(Store& store, PlatformId platform)
      : store_(store), platform_(platform), tails_(store), dry_run_slots_(store) {}

  /// Commits the batch with one sync, all of it or nothing.
  std::optional<ImportStop> commit(ImportBatch& batch, ImportReport& report) {
    CommitGroup group(store_, tails_, dry_run_slots_, sources_);
    const Submission submission{.platform = platform_,
                                .command = std::move(batch.command),
                                .caller = the_server(platform_),
                                .precondition = {},
                                .idempotency = {},
                                .correlation = correlation_,
                                .done = {}};
    const auto answer = group.add(submission).answer;
    if (!answer) return refused_by_store("the store takes no writes");
    if (!answer->imported) return refused_by_store("a batch could not be written");
    if (!group.empty()) {
      switch (group.append()) {
        case AppendStatus::appended:
          break;
        case AppendStatus::unknown:
          return refused_by_store("the store failed while it wrote a batch, of which all or nothing is kept");
        case AppendStatus::conflict:
        case AppendStatus::unavailable:
          return refused_by_store("the store takes no writes");
      }
    }
    note(*answer->imported, std::get<ImportRecords>(submission.command), batch.texts, report);
    return std::nullopt;
  }

 private:
  /// Rejected rows stand in the order of the batch's.
  static void note(const RecordsImported& done, const ImportRecords& command, const std::vector<std::string>& texts,
                   ImportReport& report) {
    report.count(done);
    std::size_t at = 0;
    for (const auto& row : done.rejected) {
      while (command.rows[at].line != row.line) ++at;
      report.rejected(row.line, fields_json(row.errors), texts.empty() ? std::string_view() : texts[at]);
    }
  }

  Store& store_;
  PlatformId platform_;
  LogTails tails_;
  DryRunSlots dry_run_slots_;
  DecisionSources sources_;
  CorrelationId correlation_{random_uuid()};  ///< one for the whole import
};

std::optional<ImportStop> import_all(Store& store, PlatformId platform, const ImportInput& input, RecordReader& reader,
                                     ImportReport& report) {
  StoreImport into(store, platform);
  Progress progress("importing", "bytes");
  ReadingAhead ahead(reader, report.wants_texts());
  try {
    while (auto batch = ahead.next()) {
      if (auto stop = into.commit(*batch, report)) return stop;
      if (input.bytes()) progress.show(batch->bytes_consumed, *input.bytes());
    }
  } catch (const InputFailure& failure) {
    return ImportStop{kWrongUsage, fmt::format("{}. What was imported until then stays.", failure.what())};
  }
  return std::nullopt;
}

std::optional<ImportStop> import_checked(Store& store, const std::string& platform_key, const ImportInput& input,
                                         RecordReader& reader, ImportReport& report) {
  if (auto whole = make_views_whole(store, [](std::string_view, std::uint64_t, std::uint64_t) {}); !whole) {
    return ImportStop{kUnusableData, std::move(whole).error()};
  }
  const PlatformKeys keys(store);
  const auto platform = keys.with_records(platform_key);
  if (!platform) return ImportStop{kWrongUsage, platform.error()};
  return import_all(store, *platform, input, reader, report);
}

}  // namespace

std::optional<ImportStop> import_into_store(const Config& config, const std::string& platform_key,
                                            const ImportInput& input, RecordReader& reader, ImportReport& report) {
  if (holds_nothing(config.data)) {
    return ImportStop{kUnusableData, nothing_in(config.data)};
  }
  auto opened = Store::open(config.store_options());
  if (!opened) {
    const auto& problem = opened.error();
    const bool locked = problem.kind == StoreProblem::Kind::locked;
    return ImportStop{kUnusableData, locked ? problem.sentence +
                                                  " Import through the server that runs on it with "
                                                  "--server URL, or stop it first."
                                            : problem.sentence};
  }
  try {
    return import_checked(**opened, platform_key, input, reader, report);
  } catch (const LogDamage& damage) {
    const auto key = PlatformKeys(**opened).of(damage.platform);
    return ImportStop{kUnusableData, sentence_of(damage, key) + "; `annals verify` says which platforms are whole."};
  }
}

}  // namespace annals
