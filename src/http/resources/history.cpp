#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

template <class Id>
std::optional<Id> id_in(std::string_view variable) {
  if constexpr (requires { Id::parse(variable); }) {
    return Id::parse(variable);
  } else {
    return parse_id<Id>(variable);
  }
}

/// Of records that were deleted, too.
template <class Id>
Handled show_history(Exchange& exchange) {
  const auto id = id_in<Id>(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  auto history = exchange.services.histories.of(exchange.platform(), *id);
  if (!history) return refuse(ProblemCode::not_found);
  return answer_json(*std::move(history));
}

}  // namespace

std::span<const Route> history_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/persons/{id}/history/",
       .permission = "Ibl.CRM/Persons/read",
       .handler = at_length<show_history<PersonId>>,
       .operation = {.id = "persons_history_list",
                     .summary = "What happened to a person, newest first, field by field",
                     .answer = "RecordHistory",
                     .answer_description =
                         "Also of a person that was deleted or merged away. That its organization was deleted is an "
                         "entry, too.",
                     .others = {{404, "There never was such a person."}}}},
      {.method = "GET",
       .path = "/organizations/{id}/history/",
       .permission = "Ibl.CRM/Organizations/read",
       .handler = at_length<show_history<OrganizationId>>,
       .operation = {.id = "organizations_history_list",
                     .summary = "What happened to an organization, newest first, field by field",
                     .answer = "RecordHistory",
                     .answer_description = "Also of an organization that was deleted.",
                     .others = {{404, "There never was such an organization."}}}},
      {.method = "GET",
       .path = "/deals/{id}/history/",
       .permission = "Ibl.CRM/Deals/read",
       .handler = at_length<show_history<DealId>>,
       .operation = {.id = "deals_history_list",
                     .summary = "What happened to a deal, newest first, field by field",
                     .answer = "RecordHistory",
                     .answer_description = "Also of a deal that was deleted.",
                     .others = {{404, "There never was such a deal."}}},
       .numbered = true},
  };
  return routes;
}

}  // namespace annals::http
