#include <algorithm>

#include "core/bytes.hpp"
#include "core/crypto.hpp"
#include "core/json.hpp"
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

std::string positions_json(const std::vector<Position>& positions) {
  std::string json = "[";
  for (const auto position : positions) {
    if (json.size() > 1) json += ',';
    json += std::to_string(position.value);
  }
  return json + ']';
}

std::string user_json(UserId user, const std::optional<std::string>& username) {
  if (user.value == 0) return "null";
  return R"({"user":)" + std::to_string(user.value) + R"(,"username":)" + (username ? quote_json(*username) : "null") +
         '}';
}

/// All that was sealed under the person's key, and the erasure itself, in the order of the log.
std::vector<Position> erased_events(const Exchange& exchange, const ShownErasure& erasure) {
  auto events = erasure.events;
  const auto invitations = exchange.services.histories.invitations_erased_at(exchange.platform(), erasure.position);
  events.insert(events.end(), invitations.begin(), invitations.end());
  std::ranges::sort(events);
  return events;
}

/// What proves an erasure to whoever holds the log or a head of it.
Handled show_erasure(Exchange& exchange) {
  const auto id = PersonId::parse(exchange.variable);
  const auto platform = exchange.platform();
  const auto erasure = id ? exchange.queries().erasure(platform, *id) : std::nullopt;
  if (!erasure) return refuse(ProblemCode::not_found);
  const auto& notary = exchange.services.notary;
  const auto head = notary.sign(platform, exchange.caller.platform_key, exchange.now).head;
  std::string json = R"({"person_id":")" + id->to_string();
  json += R"(","erased_at":")" + format_timestamp(erasure->at);
  json += R"(","erased_by":)" + user_json(erasure->by, exchange.queries().username(erasure->by));
  json += R"(,"reason":)" + quote_json(erasure->reason);
  json += R"(,"position":)" + std::to_string(erasure->position.value);
  json += R"(,"events":)" + positions_json(erased_events(exchange, *erasure));
  json += R"(,"hash":")" + to_hex(as_view(notary.hash_at(platform, erasure->position)));
  json += R"(","head":{"position":)" + std::to_string(head.position.value);
  json += R"(,"hash":")" + to_hex(as_view(head.hash)) + R"("}})";
  return answer_json(std::move(json));
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
                     .answer_description =
                         "Erased: the key that its data was sealed under is destroyed, and the platform's stored "
                         "snapshots are deleted.",
                     .others = {{404, "Person not found, or erased before."}}},
       .has_version = true},
      {.method = "GET",
       .path = "/persons/{id}/erasure/",
       .permission = "Ibl.CRM/Persons/read",
       .handler = at_length<show_erasure>,
       .operation = {.id = "persons_erasure_retrieve",
                     .summary = "The certificate of a person's erasure",
                     .answer = "PersonErasure",
                     .others = {{404, "Person not found, or not erased."}}}},
  };
  return routes;
}

}  // namespace annals::http
