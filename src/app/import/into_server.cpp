#include "app/import/into_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "app/exit_codes.hpp"
#include "app/import/http_client.hpp"
#include "app/progress.hpp"
#include "core/json.hpp"
#include "core/problem.hpp"
#include "http/resources/percent.hpp"

namespace annals {
namespace {

constexpr std::size_t kRecordsPerPiece = 1'000;
constexpr std::size_t kPieceBytes = 900u << 10;       ///< at first; a server with a lower limit gets less
constexpr std::chrono::seconds kServerPatience{120};  ///< with a server that takes nothing
constexpr std::chrono::seconds kRetryPause{1};

struct Record {
  std::uint64_t line;  ///< in the file
  std::string text;
};

/// A body for the server, and where in it the records begin.
struct Piece {
  std::string body;
  std::vector<std::uint64_t> body_lines;
};

Piece piece_of(const std::vector<Record>& records, std::size_t from, std::size_t bytes_max, std::string_view header) {
  Piece piece;
  std::uint64_t line = 1;
  const auto add_line = [&](std::string_view text) {
    piece.body += text;
    piece.body += '\n';
    line += 1 + static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  };
  if (!header.empty()) add_line(header);
  for (auto at = from; at < records.size(); ++at) {
    const auto& text = records[at].text;
    if (!piece.body_lines.empty() && piece.body.size() + text.size() + 1 > bytes_max) break;
    piece.body_lines.push_back(line);
    add_line(text);
  }
  return piece;
}

/// What the server said of a piece.
struct Verdict {
  std::string detail;
  std::uint64_t created = 0;
  RecordsImported others;                                       ///< counts of what was there already
  std::vector<std::pair<std::uint64_t, std::string>> rejected;  ///< line of the body, errors as JSON
  bool partly = false;                                          ///< it names how far it came
  std::optional<std::uint64_t> next_line;                       ///< nullopt when it does not know itself
};

std::uint64_t number_of(std::string_view json) {
  std::uint64_t number = 0;
  std::from_chars(json.data(), json.data() + json.size(), number);
  return number;
}

Verdict verdict_of(const std::string& body) {
  Verdict verdict;
  const auto json = parse_json(body);
  if (!json || json_kind(json->text) != JsonKind::object) return verdict;
  for (const auto& [name, value] : json_members(json->text)) {
    if (name == "created") verdict.created = number_of(value);
    if (name == "updated") verdict.others.updated = number_of(value);
    if (name == "unchanged") verdict.others.unchanged = number_of(value);
    if (name == "skipped") verdict.others.skipped = number_of(value);
    if (name == "detail" && json_kind(value) == JsonKind::string) verdict.detail = json_string(value);
    if (name == "next_line") {
      verdict.partly = true;
      if (json_kind(value) == JsonKind::integer) verdict.next_line = number_of(value);
    }
    if (name != "rejected" || json_kind(value) != JsonKind::array) continue;
    for (const auto row : json_elements(value)) {
      auto& [line, errors] = verdict.rejected.emplace_back();
      for (const auto& [member, text] : json_members(row)) {
        if (member == "line") line = number_of(text);
        if (member == "errors") errors = text;
      }
    }
  }
  return verdict;
}

class ServerImport {
 public:
  ServerImport(const std::string& url, const std::string& token, const RecordReader& reader, ImportReport& report)
      : url_(url.ends_with('/') ? url.substr(0, url.size() - 1) : url),
        client_("Api-Token " + token),
        reader_(reader),
        report_(report) {}

  /// Organizations first, so that persons find them.
  std::optional<ImportStop> add(const ImportRow& row, std::string_view text) {
    if (!row.readable) {
      std::visit([&](const auto& one) { report_.rejected(row.line, fields_json(one.errors), text); }, row.record);
      return std::nullopt;
    }
    auto& waiting = waiting_[row.kind() == RecordKind::person ? 1 : 0];
    waiting.push_back({row.line, std::string(text)});
    waiting_bytes_ += text.size();
    return waiting.size() < kRecordsPerPiece && waiting_bytes_ < kPieceBytes ? std::nullopt : send_waiting();
  }

  std::optional<ImportStop> send_waiting() {
    waiting_bytes_ = 0;
    for (const auto kind : {RecordKind::organization, RecordKind::person}) {
      const auto records = std::exchange(waiting_[kind == RecordKind::person ? 1 : 0], {});
      if (auto stop = send(kind, records)) return stop;
    }
    return std::nullopt;
  }

 private:
  /// How far the server came with a piece.
  struct Step {
    std::size_t done = 0;  ///< records of it
    bool again = false;    ///< the rest is to be sent again, after a pause
    std::optional<ImportStop> stop;
  };

  /// How the server is to read what it gets.
  std::string query_of(RecordKind kind) const {
    std::string query;
    const auto add = [&query](std::string_view name, std::string_view value) {
      query += query.empty() ? '?' : '&';
      query += name;
      query += '=';
      http::append_percent_encoded(query, value);
    };
    if (reader_.existing() == Existing::update) add("upsert", "true");
    for (const auto& pair : reader_.mapping().pairs_for(kind)) add("map", pair);
    return query;
  }

  std::optional<ImportStop> send(RecordKind kind, const std::vector<Record>& records) {
    auto patience_ends = std::chrono::steady_clock::now() + kServerPatience;
    for (std::size_t from = 0; from < records.size();) {
      const auto piece = piece_of(records, from, piece_bytes_, reader_.header());
      const auto reply =
          client_.post(fmt::format("{}/{}/import/{}", url_, plural_of(kind), query_of(kind)),
                       reader_.format() == RecordFormat::csv ? "text/csv" : "application/x-ndjson", piece.body);
      auto step = take(kind, reply, piece, records, from);
      if (step.stop) return std::move(step.stop);
      from += step.done;
      if (step.done > 0) patience_ends = std::chrono::steady_clock::now() + kServerPatience;
      if (!step.again) continue;
      if (std::chrono::steady_clock::now() > patience_ends) return stop_at(records[from].line, reply.body);
      std::this_thread::sleep_for(reply.retry_after.value_or(kRetryPause));
    }
    return std::nullopt;
  }

  Step take(RecordKind kind, const HttpClient::Reply& reply, const Piece& piece, const std::vector<Record>& records,
            std::size_t from) {
    const auto first_line = records[from].line;
    if (reply.status == 0) return no_answer(reply, first_line);
    const auto verdict = verdict_of(reply.body);
    const auto done = [&](std::size_t count) {
      note(kind, verdict, piece, records, from);
      answered_ = true;
      return Step{count, false, {}};
    };
    if (reply.status == 200) return done(piece.body_lines.size());
    if (reply.status == 429) return {0, true, {}};
    if (reply.status == 413) return smaller(piece, records[from]);
    if (reply.status == 503 && !verdict.partly) return {0, true, {}};
    if (verdict.partly && verdict.next_line) {
      const auto next = std::ranges::lower_bound(piece.body_lines, *verdict.next_line);
      auto step = done(static_cast<std::size_t>(next - piece.body_lines.begin()));
      step.again = reply.status == 503;
      if (!step.again) step.stop = stop_at(records[from].line, verdict.detail);
      return step;
    }
    if (verdict.partly) return {0, false, unknown_from(first_line, verdict.detail)};
    return {0, false, refused(reply, verdict)};
  }

  /// Rejected lines come in the order of the piece's.
  void note(RecordKind kind, const Verdict& verdict, const Piece& piece, const std::vector<Record>& records,
            std::size_t from) {
    auto counts = verdict.others;
    (kind == RecordKind::person ? counts.persons : counts.organizations) = verdict.created;
    report_.count(counts);
    for (const auto& [line, errors] : verdict.rejected) {
      const auto at = std::ranges::lower_bound(piece.body_lines, line) - piece.body_lines.begin();
      if (static_cast<std::size_t>(at) == piece.body_lines.size()) continue;
      const auto& record = records[from + static_cast<std::size_t>(at)];
      report_.rejected(record.line, errors, record.text);
    }
  }

  Step no_answer(const HttpClient::Reply& reply, std::uint64_t line) const {
    if (!reply.sent && answered_) return {0, true, {}};  // it may be starting anew
    if (!reply.sent) return {0, false, ImportStop{kUnusableData, fmt::format("{}: {}.", url_, reply.body)}};
    return {0, false, unknown_from(line, fmt::format("the connection was lost ({})", reply.body))};
  }

  Step smaller(const Piece& piece, const Record& first) {
    if (piece.body_lines.size() == 1) {
      report_.rejected(first.line, R"({"non_field_errors":["The line is longer than the server takes."]})", first.text);
      return {1, false, {}};
    }
    piece_bytes_ = piece.body.size() / 2;
    return {};
  }

  ImportStop refused(const HttpClient::Reply& reply, const Verdict& verdict) const {
    const auto said = verdict.detail.empty() ? fmt::format("status {}", reply.status) : verdict.detail;
    const bool ours = reply.status >= 400 && reply.status < 500;
    return {ours ? kWrongUsage : kUnusableData, fmt::format("the server at {} refused: {}", url_, said)};
  }

  ImportStop stop_at(std::uint64_t line, std::string_view why) const {
    return {kUnusableData,
            fmt::format("the import stopped before line {}: {}. What was imported until then stays; run the same again "
                        "to go on.",
                        line, why)};
  }

  ImportStop unknown_from(std::uint64_t line, std::string_view why) const {
    return {kUnusableData,
            fmt::format("the import stopped: {}. Everything before line {} is done; of the lines that were on their "
                        "way behind it all, some or none may be imported. Run the same again: what has a unique_id, "
                        "and an organization, is not imported twice.",
                        why, line)};
  }

  std::string url_;
  HttpClient client_;
  const RecordReader& reader_;
  ImportReport& report_;
  std::vector<Record> waiting_[2];  ///< organizations, persons
  std::size_t waiting_bytes_ = 0;
  std::size_t piece_bytes_ = kPieceBytes;
  bool answered_ = false;
};

}  // namespace

std::optional<ImportStop> import_into_server(const std::string& url, const std::string& token, const ImportInput& input,
                                             RecordReader& reader, ImportReport& report) {
  ServerImport into(url, token, reader, report);
  Progress progress("importing", "bytes");
  try {
    while (const auto row = reader.next()) {
      const auto records_before = report.records();
      if (auto stop = into.add(*row, reader.text())) return stop;
      if (input.bytes() && report.records() != records_before) progress.show(reader.bytes_consumed(), *input.bytes());
    }
  } catch (const InputFailure& failure) {
    return ImportStop{kWrongUsage, fmt::format("{}. What was imported until then stays.", failure.what())};
  }
  if (auto stop = into.send_waiting()) return stop;
  if (input.bytes()) progress.show(*input.bytes(), *input.bytes());
  return std::nullopt;
}

}  // namespace annals
