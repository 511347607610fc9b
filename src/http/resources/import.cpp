#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "commands/fields/messages.hpp"
#include "commands/import/pieces.hpp"
#include "commands/import/record_reader.hpp"
#include "http/problems.hpp"
#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

/// So that neither one piece keeps the committer from the others' commands, nor the rejected lines grow without end.
constexpr std::size_t kRowsPerCommit = 200;
constexpr std::size_t kRecordsMax = 5'000;

enum class Form { csv, ndjson, json };

std::optional<Form> form_of(const HeaderValue& type) {
  constexpr std::array kCsv = {"text/csv", "application/csv"};
  constexpr std::array kNdjson = {"application/x-ndjson", "application/ndjson", "application/jsonl",
                                  "application/x-jsonlines"};
  if (!is_utf8_charset(type)) return std::nullopt;
  if (std::ranges::find(kCsv, type.first) != kCsv.end()) return Form::csv;
  if (std::ranges::find(kNdjson, type.first) != kNdjson.end()) return Form::ndjson;
  return type.first == "application/json" ? std::optional(Form::json) : std::nullopt;
}

std::unexpected<Problem> too_many() {
  return std::unexpected(
      Problem(ProblemCode::bad_request, "At most " + std::to_string(kRecordsMax) + " records in one request."));
}

struct Flags {
  std::optional<bool> upsert;
};

constexpr FilterField<Flags> kFlags[] = {
    {{"upsert", R"({"type":"boolean"})",
      "Updates what is there with the fields that are given (`metadata` as a whole), instead of skipping it."},
     [](Flags& flags, std::string_view value) { return read_boolean(value, flags.upsert); }},
};

/// What the query asks for.
struct Wishes {
  RecordKind kind = RecordKind::person;
  Existing existing = Existing::skip;
  FieldMapping mapping;
  bool dry_run = false;
};

Result<Wishes> wishes_of(const Exchange& exchange, RecordKind kind) {
  Wishes wishes;
  wishes.kind = kind;
  const auto dry_run = dry_run_of(exchange);
  if (!dry_run) return std::unexpected(dry_run.error());
  wishes.dry_run = *dry_run;
  const QueryString query(exchange.raw_query);
  const auto flags = read_filter<Flags>(query, kFlags);
  if (!flags) return std::unexpected(flags.error());
  if (flags->upsert == true) wishes.existing = Existing::update;
  std::vector<std::string> pairs;
  for (const auto& [name, value] : query.all()) {
    if (name == "map") pairs.push_back(value);
  }
  auto mapping = FieldMapping::parse(pairs);
  if (!mapping) return std::unexpected(Problem(FieldErrors{{"map", {mapping.error() + '.'}}}));
  if (const auto foreign = mapping->foreign_to(kind)) {
    return std::unexpected(
        Problem(FieldErrors{{"map", {std::string(plural_of(kind)) + " have no field \"" + *foreign + "\"."}}}));
  }
  wishes.mapping = *std::move(mapping);
  return wishes;
}

Result<ImportPieces> read_lines(std::string_view text, RecordFormat format, const Wishes& wishes) {
  ImportPieces pieces(kRowsPerCommit);
  auto reader = RecordReader::open(source_of(text), {format, wishes.kind, wishes.mapping, wishes.existing});
  if (!reader) {
    return std::unexpected(
        Problem(ProblemCode::malformed_body, "The body cannot be imported: " + reader.error() + '.'));
  }
  while (auto row = reader->next()) {
    if (pieces.rows() == kRecordsMax) return too_many();
    pieces.add(*std::move(row), reader->text().size());
  }
  return pieces;
}

ImportRow row_of(std::string_view element, std::uint64_t line, const Wishes& wishes) {
  auto body = mapped(body_of(JsonText{std::string(element)}), wishes.mapping);
  if (body) return ImportRow::from(wishes.kind, *std::move(body), line, wishes.existing);
  return ImportRow::unreadable(wishes.kind, {"non_field_errors", {std::move(body).error()}}, line);
}

Result<ImportPieces> read_array(std::string_view text, const Wishes& wishes) {
  const auto json = parse_json(text);
  if (!json) return std::unexpected(Problem(ProblemCode::malformed_body, "JSON parse error - " + json.error()));
  if (const auto given = json_kind(json->text); given != JsonKind::array) {
    return std::unexpected(Problem(FieldErrors{{"non_field_errors", {message::not_a_list(given)}}}));
  }
  ImportPieces pieces(kRowsPerCommit);
  for (const auto element : json_elements(json->text)) {
    if (pieces.rows() == kRecordsMax) return too_many();
    pieces.add(row_of(element, pieces.rows() + 1, wishes), element.size());
  }
  return pieces;
}

Result<ImportPieces> read_rows(const Request& request, const Wishes& wishes) {
  const auto content_type = request.header(boost::beast::http::field::content_type);
  const auto type = parse_header_value(content_type);
  const auto form = type ? form_of(*type) : std::nullopt;
  if (!form) return unsupported(content_type);
  switch (*form) {
    case Form::csv:
      return read_lines(request.body, RecordFormat::csv, wishes);
    case Form::ndjson:
      return read_lines(request.body, RecordFormat::ndjson, wishes);
    case Form::json:
      return read_array(request.body, wishes);
  }
  return unsupported(content_type);
}

/// The members of the answer, without braces.
std::string members_of(const RecordsImported& done, Existing existing) {
  std::string out = "\"created\":" + std::to_string(done.persons + done.organizations);
  const auto add = [&out](std::string_view name, std::uint64_t count) {
    out.append(",\"").append(name).append("\":") += std::to_string(count);
  };
  if (existing == Existing::update) {
    add("updated", done.updated);
    add("unchanged", done.unchanged);
  }
  add("skipped", done.skipped);
  out += ",\"rejected\":[";
  for (const auto& row : done.rejected) {
    if (out.back() != '[') out += ',';
    out += "{\"line\":" + std::to_string(row.line) + ",\"errors\":" + fields_json(row.errors) + '}';
  }
  return out += ']';
}

/// One request's pieces on their way through the committer, each submitted when the one before is done, so that the
/// commands of others come in between. Lives as long as one of its pieces is on its way.
class ImportRun : public std::enable_shared_from_this<ImportRun> {
 public:
  ImportRun(Exchange& exchange, std::vector<ImportRecords> pieces, Existing existing)
      : commands_(exchange.services.commands),
        correlation_(correlation_of(exchange, exchange.platform())),
        caller_(exchange.caller),
        pieces_(std::move(pieces)),
        existing_(existing),
        shell_(std::move(exchange.shell)),
        completion_(exchange.later()) {}

  void submit_next() {
    auto& piece = pieces_[next_];
    first_line_ = piece.rows.front().line;
    commands_.submit(Submission{.platform = caller_.platform,
                                .command = std::move(piece),
                                .caller = caller_,
                                .precondition = {},
                                .idempotency = {},
                                .correlation = correlation_,
                                .done = [self = shared_from_this()](Result<Answer> answer) { self->take(answer); }});
  }

 private:
  void take(Result<Answer>& answer) {
    if (!answer) return stop(respond(answer.error()), answer.error().code != ProblemCode::outcome_unknown);
    if (!answer->imported) {
      Response response;
      response.status = answer->status;
      response.body = std::move(answer->body);
      return stop(std::move(response), true);
    }
    done_.add(*std::move(answer->imported));
    if (++next_ < pieces_.size()) return submit_next();
    Response response;
    response.body = '{' + members_of(done_, existing_) + '}';
    finish(std::move(response));
  }

  /// `refusal` has a `detail`; what was done before stands beside it.
  void stop(Response refusal, bool outcome_known) {
    refusal.body.pop_back();
    refusal.body += ',' + members_of(done_, existing_) +
                    ",\"next_line\":" + (outcome_known ? std::to_string(first_line_) : std::string("null")) + '}';
    finish(std::move(refusal));
  }

  void finish(Response response) {
    put_on(response, std::move(shell_));
    completion_(std::move(response));
  }

  CommandPort& commands_;
  CorrelationId correlation_;
  Caller caller_;
  std::vector<ImportRecords> pieces_;
  Existing existing_;
  Response shell_;
  Completion completion_;
  std::size_t next_ = 0;
  std::uint64_t first_line_ = 0;  ///< of the piece that is on its way
  RecordsImported done_;
};

/// Apart from the committer: nobody's writes wait for it.
Handled try_rows(const Exchange& exchange, std::vector<ImportRecords> pieces, Existing existing) {
  return read_at_length(exchange, [pieces = std::move(pieces), existing](Exchange& apart) {
    const auto outcome = apart.services.import_trials.of(apart.caller, pieces, existing);
    return answer_json('{' + members_of(outcome, existing) + R"(,"dry_run":true})");
  });
}

Handled import_rows(Exchange& exchange, RecordKind kind) {
  if (exchange.request.body_too_large) return refuse(ProblemCode::body_too_large);
  const auto wishes = wishes_of(exchange, kind);
  if (!wishes) return std::unexpected(wishes.error());
  auto pieces = read_rows(exchange.request, *wishes);
  if (!pieces) return std::unexpected(std::move(pieces).error());
  if (!exchange.request.headers.find("Idempotency-Key").value_or("").empty()) {
    return std::unexpected(
        Problem(ProblemCode::bad_request,
                "Idempotency-Key is not honoured here: what has a unique_id, and an organization, is "
                "imported once however often it is sent."));
  }
  if (wishes->dry_run) return try_rows(exchange, pieces->take(), wishes->existing);
  if (pieces->rows() == 0) return answer_json('{' + members_of({}, wishes->existing) + '}');
  std::make_shared<ImportRun>(exchange, pieces->take(), wishes->existing)->submit_next();
  return std::nullopt;
}

Handled import_persons(Exchange& exchange) {
  return import_rows(exchange, RecordKind::person);
}
Handled import_organizations(Exchange& exchange) {
  return import_rows(exchange, RecordKind::organization);
}

Operation operation(std::string_view id, std::string_view summary, std::string_view list_schema) {
  return {.id = id,
          .summary = summary,
          .request_forms = {{"text/csv", "Text"}, {"application/x-ndjson", "Text"}, {"application/json", list_schema}},
          .answer = "ImportReport",
          .answer_description = "What became of the records, those that were refused included.",
          .parameters = {kFlags[0].parameter,
                         {"map", R"({"type":"array","items":{"type":"string"}})",
                          "`column=field`: reads a column, or a member, as another field, as `metadata.<key>` for one "
                          "key of metadata, or with nothing behind the `=` not at all."},
                         {"dry_run", R"({"type":"boolean"})", "Decides every record, and writes none."}},
          .others = {{503, "Not now; `Retry-After` says when to go on.", "ImportInterrupted"}}};
}

}  // namespace

std::span<const Route> import_routes() {
  static const std::vector<Route> routes = {
      {.method = "POST",
       .path = "/persons/import/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = import_persons,
       .operation = operation("persons_import_create",
                              "Create many, 5,000 at most; one whose `unique_id` is there is skipped", "PersonImport"),
       .repeatable = false,
       .writes = false},
      {.method = "POST",
       .path = "/organizations/import/",
       .permission = "Ibl.CRM/Organizations/write",
       .handler = import_organizations,
       .operation = operation("organizations_import_create",
                              "Create many, 5,000 at most; one whose `name` is there is skipped", "OrganizationImport"),
       .repeatable = false,
       .writes = false},
  };
  return routes;
}

}  // namespace annals::http
