#include <utility>

#include "http/resources/exchange.hpp"
#include "http/resources/list_filters.hpp"
#include "http/resources/piecewise_body.hpp"
#include "http/resources/tables.hpp"
#include "projections/record_export.hpp"

namespace annals::http {
namespace {

struct ExportFilter {
  ExportFormat format = ExportFormat::csv;
};

constexpr FilterField<ExportFilter> kFormat[] = {
    {{"format", R"({"type":"string","enum":["csv","ndjson"],"default":"csv"})",
      "CSV with a header line, cells that a spreadsheet would take for a formula beginning with an apostrophe; or one "
      "object a line."},
     [](ExportFilter& filter, std::string_view value) {
       const auto format = export_format_named(value);
       if (!format) return no_such_choice(value);
       filter.format = *format;
       return Fault();
     }},
};

UsernameOf usernames_for(const Exchange& exchange) {
  return [&queries = exchange.queries()](UserId user) { return queries.username(user); };
}

Handled answer_file(const Exchange& exchange, RecordExport records, std::string_view content_type,
                    std::string file_name) {
  Response response;
  response.content_type = content_type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::move(file_name) + '"');
  response.streamed_body = piecewise_body(exchange, [records = std::move(records)](std::string& bytes) mutable {
    return records.append_piece(bytes, kPieceBytes);
  });
  return response;
}

template <class Filter>
using StreamRecords = std::unique_ptr<RecordStream> (Queries::*)(PlatformId, const Filter&) const;

template <class Filter>
Handled export_records(Exchange& exchange, std::span<const FilterField<Filter>> fields, StreamRecords<Filter> stream,
                       ExportedKind kind) {
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter(query, fields);
  if (!filter) return std::unexpected(filter.error());
  const auto wanted = read_filter<ExportFilter>(query, kFormat);
  if (!wanted) return std::unexpected(wanted.error());
  const bool csv = wanted->format == ExportFormat::csv;
  const std::string file_name = kind == ExportedKind::persons ? "persons" : "organizations";
  return answer_file(exchange,
                     RecordExport((exchange.queries().*stream)(exchange.platform(), *filter), kind, wanted->format,
                                  usernames_for(exchange)),
                     csv ? "text/csv; charset=utf-8" : "application/x-ndjson", file_name + (csv ? ".csv" : ".ndjson"));
}

Handled export_persons(Exchange& exchange) {
  return export_records(exchange, person_filters(), &Queries::stream_persons, ExportedKind::persons);
}
Handled export_organizations(Exchange& exchange) {
  return export_records(exchange, organization_filters(), &Queries::stream_organizations, ExportedKind::organizations);
}

Handled export_person(Exchange& exchange) {
  // The route's own permission is that to read events: they say who did what, more than reading a person shows.
  if (!may(exchange.caller, "Ibl.CRM/Persons/read")) return refuse(ProblemCode::permission_denied);
  const auto id = PersonId::parse(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  auto bundle = exchange.services.histories.bundle_of(exchange.platform(), *id, exchange.now);
  if (!bundle) return refuse(ProblemCode::not_found);
  auto response = answer_json(*std::move(bundle));
  (*response)->headers.emplace_back("Content-Disposition",
                                    "attachment; filename=\"person-" + id->to_string() + ".json\"");
  return response;
}

/// The list's parameters but its order, and the format.
template <class Filter>
std::vector<Parameter> parameters(std::span<const FilterField<Filter>> fields) {
  auto all = parameters_of(fields);
  std::erase_if(all, [](const Parameter& parameter) { return parameter.name == "ordering"; });
  all.push_back(kFormat[0].parameter);
  return all;
}

Operation operation(std::string_view id, std::string_view summary, std::vector<Parameter> parameters) {
  return {.id = id,
          .summary = summary,
          .answer = "Text",
          .answer_description =
              "A file that an import reads back: the oldest record first, each as it is when it is "
              "written, with `organization_name` and `owner_username`. NDJSON comes as "
              "application/x-ndjson.",
          .parameters = std::move(parameters),
          .others = {{400, "A filter's value is wrong.", "BadRequest"}}};
}

}  // namespace

std::span<const Route> export_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/persons/export/",
       .permission = "Ibl.CRM/Persons/list",
       .handler = export_persons,
       .operation = operation("persons_export_retrieve", "All persons, or those that the filters leave, as a file",
                              parameters(person_filters())),
       .content_type = "text/csv"},
      {.method = "GET",
       .path = "/organizations/export/",
       .permission = "Ibl.CRM/Organizations/list",
       .handler = export_organizations,
       .operation =
           operation("organizations_export_retrieve", "All organizations, or those that the filters leave, as a file",
                     parameters(organization_filters())),
       .content_type = "text/csv"},
      {.method = "GET",
       .path = "/persons/{id}/export/",
       .permission = "Ibl.CRM/Audit/read",
       .handler = at_length<export_person>,
       .operation = {.id = "persons_export_bundle_retrieve",
                     .summary = "Everything that is kept of a person, for a request for access",
                     .answer = "PersonBundle",
                     .answer_description = "Also of a person that was deleted.",
                     .others = {{403, "Missing Ibl.CRM/Persons/read or Ibl.CRM/Audit/read"},
                                {404, "There never was such a person, or it is erased."}}}},
  };
  return routes;
}

}  // namespace annals::http
