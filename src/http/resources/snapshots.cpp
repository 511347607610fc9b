#include "http/snapshots.hpp"

#include <array>

#include "commands/fields/body_reader.hpp"
#include "events/enums.hpp"
#include "http/problems.hpp"
#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/file_answer.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

constexpr std::uint64_t kChangesDefault = 1'000;
constexpr std::uint64_t kChangesMax = 10'000;

Handled refusal(const SnapshotRefusal& refused) {
  switch (refused.why) {
    case SnapshotRefusal::Why::no_such_state:
      return std::unexpected(Problem(FieldErrors{{"at", {refused.sentence}}}));
    case SnapshotRefusal::Why::not_found:
      return refuse(ProblemCode::not_found);
    case SnapshotRefusal::Why::conflict:
      return answer_json(detail_json(refused.sentence), 409);
    case SnapshotRefusal::Why::busy:
      return std::unexpected(Problem(ProblemCode::queue_full, "Too many snapshots wait to be built. Try again."));
    case SnapshotRefusal::Why::stopping:
      return refuse(ProblemCode::stopping);
  }
  return refuse(ProblemCode::not_found);
}

constexpr std::string_view kNoDryRun = "Snapshots cannot be a dry run.";

Handled list_snapshots(Exchange& exchange) {
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  std::vector<std::string> all;
  for (auto& shown : exchange.services.snapshots.list(exchange.platform())) all.push_back(std::move(shown.json));
  const auto page = page_of(all, *request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::plain);
}

struct Wish {
  SnapshotFormat format = SnapshotFormat::sqlite;
  std::optional<Position> at;
};

Result<Wish> read_wish(const Request& request) {
  const auto body = read_body(request);
  if (!body) return std::unexpected(body.error());
  FieldErrors errors;
  BodyReader reader(*body, errors);
  Wish wish;
  if (const auto format = reader.choice("format", enum_named<SnapshotFormat>)) wish.format = *format;
  if (const auto at = reader.integer("at", Need::optional)) {
    if (*at < 1) reader.fail("at", "Ensure this value is greater than or equal to 1.");
    wish.at = Position{static_cast<std::uint64_t>(*at)};
  }
  if (!errors.empty()) return std::unexpected(Problem(std::move(errors)));
  return wish;
}

Handled create_snapshot(Exchange& exchange) {
  if (const auto real = refuse_dry_run(exchange, kNoDryRun); !real) return std::unexpected(real.error());
  const auto wish = read_wish(exchange.request);
  if (!wish) return std::unexpected(wish.error());
  const auto& caller = exchange.caller;
  auto created = exchange.services.snapshots.create(caller.platform, caller.platform_key, wish->format, wish->at);
  if (!created) return refusal(created.error());
  Response response;
  response.status = created->ready ? 200 : 202;
  response.body = std::move(created->json);
  std::string location(exchange.path);
  if (!location.ends_with('/')) location += '/';
  response.headers.emplace_back("Location", location + std::to_string(created->position.value) + '/');
  return response;
}

Handled show_snapshot(Exchange& exchange) {
  const auto position = parse_id<Position>(exchange.variable);
  auto shown = position ? exchange.services.snapshots.find(exchange.platform(), *position) : std::nullopt;
  if (!shown) return refuse(ProblemCode::not_found);
  return answer_json(std::move(shown->json));
}

Handled delete_snapshot(Exchange& exchange) {
  if (const auto real = refuse_dry_run(exchange, kNoDryRun); !real) return std::unexpected(real.error());
  const auto position = parse_id<Position>(exchange.variable);
  if (!position || !exchange.services.snapshots.remove(exchange.platform(), *position)) {
    return refuse(ProblemCode::not_found);
  }
  return answer_json({}, 204);
}

std::string_view content_type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTypes = {
      {{".db", "application/vnd.sqlite3"}, {".ndjson", "application/x-ndjson"}, {".csv", "text/csv; charset=utf-8"}}};
  for (const auto& [extension, type] : kTypes) {
    if (name.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

Handled download_file(Exchange& exchange) {
  const auto position = parse_id<Position>(exchange.variable);
  const auto name = exchange.second_variable;
  const auto file = position ? exchange.services.snapshots.file(exchange.platform(), *position, name) : std::nullopt;
  if (!file) return refuse(ProblemCode::not_found);
  return file_answer(exchange, *file, content_type_of(name));
}

Result<std::uint64_t> changes_wanted(const QueryString& query) {
  const auto given = query.value("limit");
  if (!given || given->empty()) return kChangesDefault;
  if (*given == "0") return 0;
  const auto limit = parse_id<Position>(*given);
  if (limit) return std::min(limit->value, kChangesMax);
  return std::unexpected(Problem(FieldErrors{{"limit", {"A valid integer is required."}}}));
}

Handled diff_snapshots(Exchange& exchange) {
  const auto from = parse_id<Position>(exchange.variable);
  const auto to = parse_id<Position>(exchange.second_variable);
  if (!from || !to) return refuse(ProblemCode::not_found);
  const auto limit = changes_wanted(QueryString(exchange.raw_query));
  if (!limit) return std::unexpected(limit.error());
  auto diff = exchange.services.snapshots.diff(exchange.platform(), *from, *to, *limit);
  if (!diff) return refusal(diff.error());
  return answer_json(*std::move(diff));
}

}  // namespace

std::span<const Route> snapshot_routes() {
  constexpr std::string_view kAll = "/snapshots/";
  constexpr std::string_view kOne = "/snapshots/{position}/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kAll,
       .permission = "Ibl.CRM/Snapshots/list",
       .handler = at_length<list_snapshots>,
       .operation = {.id = "snapshots_list",
                     .summary = "List the stored snapshots, the latest position first",
                     .answer = "PaginatedSnapshotList",
                     .answer_description = "A page."},
       .is_list = true},
      {.method = "POST",
       .path = kAll,
       .permission = "Ibl.CRM/Snapshots/write",
       .handler = at_length<create_snapshot>,
       .operation = {.id = "snapshots_create",
                     .summary = "Take a snapshot of all records as of one position; it is built after the answer",
                     .request = "SnapshotRequest",
                     .request_required = false,
                     .status = 202,
                     .answer = "Snapshot",
                     .answer_description = "It is being built: `Location` says where to look for it.",
                     .others = {{200, "There is that one already.", "Snapshot"},
                                {409, "There is one in another format, or there are as many as are kept."}}},
       .repeatable = false,
       .writes = false},
      {.method = "GET",
       .path = kOne,
       .permission = "Ibl.CRM/Snapshots/read",
       .handler = at_length<show_snapshot>,
       .operation = {.id = "snapshots_retrieve",
                     .summary = "Read how far a snapshot is, and its manifest when it is ready",
                     .answer = "Snapshot",
                     .others = {{404, "No snapshot of that position."}}}},
      {.method = "DELETE",
       .path = kOne,
       .permission = "Ibl.CRM/Snapshots/delete",
       .handler = at_length<delete_snapshot>,
       .operation = {.id = "snapshots_destroy",
                     .summary = "Delete a snapshot, also one that is being built",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .others = {{404, "No snapshot of that position."}}},
       .writes = false},
      {.method = "GET",
       .path = "/snapshots/{position}/files/{name}",
       .permission = "Ibl.CRM/Snapshots/read",
       .handler = at_length<download_file>,
       .operation = {.id = "snapshots_files_retrieve",
                     .summary = "Download a file that the manifest lists",
                     .answer = "Binary",
                     .answer_description = "The file.",
                     .others = {{404, "No such file, or the snapshot is not ready."}}},
       .content_type = "application/octet-stream"},
      {.method = "GET",
       .path = "/snapshots/{position}/diff/{other}/",
       .permission = "Ibl.CRM/Snapshots/read",
       .handler = at_length<diff_snapshots>,
       .operation =
           {.id = "snapshots_diff_retrieve",
            .summary = "What is different in another snapshot: counts for each table, and the first changes",
            .answer = "SnapshotDifference",
            .parameters = {{"limit", R"({"type":"integer"})",
                            "How many changes at most: 1,000 unless said, 10,000 at most; fewer when they are large."}},
            .others = {{400, "The limit is no number.", "BadRequest"},
                       {404, "No snapshot of one of the positions."},
                       {409, "One of them is not ready, or not in sqlite."}}}},
  };
  return routes;
}

}  // namespace annals::http
