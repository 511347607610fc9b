#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

/// A deleted person can be erased too. Of one that is erased, or was never there, the committer says whether this
/// request was answered before.
Handled erase_person(Exchange& exchange) {
  const auto id = PersonId::parse(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  const bool known = exchange.queries().person_known(exchange.platform(), *id);
  const auto body = known ? read_body(exchange.request) : Body{};
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), ErasePerson::from(*id, *body));
}

}  // namespace

std::span<const Route> erasure_routes() {
  static const std::vector<Route> routes = {
      {.method = "POST",
       .path = "/persons/{id}/erase/",
       .permission = "Ibl.CRM/Persons/delete",
       .handler = erase_person,
       .operation = {.id = "persons_erase_create",
                     .summary = "Destroy a person's data for good, also a deleted person's",
                     .request = "PersonEraseRequest",
                     .request_required = false,
                     .status = 204,
                     .answer_description = "Erased: the key that its data was sealed under is destroyed.",
                     .others = {{404, "Person not found, or erased before."}}},
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
