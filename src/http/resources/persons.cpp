#include <array>

#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/list_filters.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

constexpr std::array kPersonOrders = {
    OrderName<PersonOrder>{"name", PersonOrder::name},
    OrderName<PersonOrder>{"created_at", PersonOrder::created_at},
    OrderName<PersonOrder>{"updated_at", PersonOrder::updated_at},
    OrderName<PersonOrder>{"lifecycle_stage", PersonOrder::lifecycle_stage},
    OrderName<PersonOrder>{"primary_email", PersonOrder::primary_email},
    OrderName<PersonOrder>{"job_title", PersonOrder::job_title},
};

using Value = std::string_view;

constexpr FilterField<PersonFilter> kPersonFilters[] = {
    {{"created_at__gte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its first instant."},
     [](PersonFilter& filter, Value value) { return read_not_before(value, filter.created_at_gte); }},
    {{"created_at__lte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its last instant."},
     [](PersonFilter& filter, Value value) { return read_not_after(value, filter.created_at_lte); }},
    {{"lifecycle_stage", R"({"type":"string","enum":["churned","customer","lead","opportunity","qualified"]})"},
     [](PersonFilter& filter, Value value) { return read_named(value, filter.lifecycle_stage); }},
    {{"metadata__has_key", R"({"type":"string"})", "A top-level key of `metadata`, even with a null value."},
     [](PersonFilter& filter, Value value) { return read_key(value, filter.metadata_has_key); }},
    {{"organization", R"({"type":"string","format":"uuid"})"},
     [](PersonFilter& filter, Value value) { return read_organization(value, filter.organization); }},
    {{"owner", R"({"type":"number"})", "A user's id."},
     [](PersonFilter& filter, Value value) { return read_user(value, filter.owner); }},
    {{"owner__isnull", R"({"type":"boolean"})"},
     [](PersonFilter& filter, Value value) { return read_boolean(value, filter.owner_isnull); }},
    {{"active", R"({"type":"boolean"})"},
     [](PersonFilter& filter, Value value) { return read_boolean(value, filter.active); }},
    {{"search", R"({"type":"string"})",
      "Words that are all found, each as a case-insensitive part of the name, primary email, job title or unique id."},
     [](PersonFilter& filter, Value value) { return read_text(value, filter.search); }},
    {{"tags", R"({"type":"string"})", "Any of these tags' ids; commas between them, or repeated."},
     [](PersonFilter& filter, Value value) { return read_tags(value, filter.tags); },
     true},
    {{"ordering",
      R"({"type":"string","enum":["name","-name","created_at","-created_at","updated_at","-updated_at","lifecycle_stage","-lifecycle_stage","primary_email","-primary_email","job_title","-job_title"]})",
      "`-` for descending; ties newest first."},
     [](PersonFilter& filter, Value value) {
       return read_ordering<PersonOrder>(value, kPersonOrders, filter.order, filter.descending);
     }},
};

Handled list_persons(Exchange& exchange) {
  return list<PersonFilter>(exchange, kPersonFilters, &RecordQueries::persons);
}

Handled create_person(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), CreatePerson::from(*body));
}

Handled retrieve_person(Exchange& exchange) {
  const auto id = PersonId::parse(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return show(exchange, exchange.records().person(exchange.platform(), *id));
}

/// The id in the path, when the platform has that person.
std::optional<PersonId> named_person(const Exchange& exchange) {
  const auto id = PersonId::parse(exchange.variable);
  return id && exchange.queries().person_exists(exchange.platform(), *id) ? id : std::nullopt;
}

/// For everything that does something to a person by what the body says.
Handled with_person(Exchange& exchange, Command (*command)(PersonId, const Body&)) {
  const auto id = named_person(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), command(*id, *body));
}

Handled replace_person(Exchange& exchange) {
  return with_person(
      exchange, [](PersonId id, const Body& body) -> Command { return UpdatePerson::from(id, body, Write::replace); });
}

Handled patch_person(Exchange& exchange) {
  return with_person(
      exchange, [](PersonId id, const Body& body) -> Command { return UpdatePerson::from(id, body, Write::patch); });
}

Handled invite_person(Exchange& exchange) {
  return with_person(exchange, [](PersonId id, const Body& body) -> Command { return InvitePerson::from(id, body); });
}

Handled link_person(Exchange& exchange) {
  return with_person(exchange, [](PersonId id, const Body& body) -> Command { return LinkPerson::from(id, body); });
}

Handled delete_person(Exchange& exchange) {
  const auto id = named_person(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DeletePerson{*id});
}

Handled merge_persons(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), MergePersons::from(*body));
}

Handled batch_persons(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), BatchPersons::from(*body));
}

Handled unmerge_person(Exchange& exchange) {
  return with_person(exchange, [](PersonId id, const Body& body) -> Command { return UnmergePerson::from(id, body); });
}

}  // namespace

std::span<const FilterField<PersonFilter>> person_filters() {
  return kPersonFilters;
}

std::span<const Route> person_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/persons/",
       .permission = "Ibl.CRM/Persons/list",
       .handler = list_persons,
       .operation = {.id = "persons_list",
                     .summary = "List persons",
                     .answer = "PaginatedPersonList",
                     .answer_description = "A page.",
                     .parameters = parameters_of<PersonFilter>(kPersonFilters)},
       .is_list = true,
       .has_past = true},
      {.method = "POST",
       .path = "/persons/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = create_person,
       .operation = {.id = "persons_create",
                     .summary = "Create",
                     .request = "Person",
                     .status = 201,
                     .answer = "Person",
                     .answer_description = "Created."},
       .creates = true},
      {.method = "GET",
       .path = "/persons/{id}/",
       .permission = "Ibl.CRM/Persons/read",
       .handler = retrieve_person,
       .operation = {.id = "persons_retrieve",
                     .summary = "Read one",
                     .answer = "Person",
                     .others = {{404, "Person not found."}}},
       .has_past = true,
       .has_version = true},
      {.method = "PUT",
       .path = "/persons/{id}/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = replace_person,
       .operation = {.id = "persons_update",
                     .summary = "Replace all editable fields",
                     .request = "Person",
                     .answer = "Person",
                     .others = {{404, "Person not found."}}},
       .has_version = true},
      {.method = "PATCH",
       .path = "/persons/{id}/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = patch_person,
       .operation = {.id = "persons_partial_update",
                     .summary = "Update only the supplied fields",
                     .request = "PatchedPerson",
                     .request_required = false,
                     .answer = "Person",
                     .others = {{404, "Person not found."}}},
       .has_version = true},
      {.method = "DELETE",
       .path = "/persons/{id}/",
       .permission = "Ibl.CRM/Persons/delete",
       .handler = delete_person,
       .operation = {.id = "persons_destroy",
                     .summary = "Delete",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .others = {{404, "Person not found."}, {409, "The person has deals.", "RecordInUse"}}},
       .has_version = true},
      {.method = "POST",
       .path = "/persons/{id}/invite/",
       .permission = "Ibl.CRM/Invite/action",
       .handler = invite_person,
       .operation = {.id = "persons_invite_create",
                     .summary = "Invite by the primary email",
                     .request = "PersonInviteRequest",
                     .request_required = false,
                     .status = 201,
                     .answer = "PersonInviteResponse",
                     .others = {{400, "Person has no primary_email, or a field is wrong.", "BadRequest"},
                                {404, "Person not found."},
                                {409, "An active invitation for this email exists in this platform.",
                                 "PersonInviteConflict"},
                                {422, "Person is already linked to a platform user."}}},
       .has_version = true},
      {.method = "POST",
       .path = "/persons/{id}/link-user/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = link_person,
       .operation = {.id = "persons_link_user_create",
                     .summary = "Bind to a platform user",
                     .request = "PersonLinkUserRequest",
                     .answer = "Person",
                     .answer_description = "Linked, already linked to this user (no-op), or already linked to another "
                                           "user (unchanged person returned).",
                     .others = {{403, "Missing Ibl.CRM/Persons/write, or the user is not a member of this platform."},
                                {404, "Person or user not found."}}},
       .has_version = true},
      {.method = "POST",
       .path = "/persons/merge/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = merge_persons,
       .operation = {.id = "persons_merge_create",
                     .summary = "Merge duplicates into one person",
                     .request = "PersonMergeRequest",
                     .answer = "PersonMergeResponse",
                     .others = {{400, "The primary appears in duplicates, or an id belongs to another platform.",
                                 "BadRequest"},
                                {404, "Primary person not found."}}},
       .has_version = true},
      {.method = "POST",
       .path = "/persons/{id}/unmerge/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = unmerge_person,
       .operation = {.id = "persons_unmerge_create",
                     .summary = "Take one duplicate's merge back",
                     .request = "PersonUnmergeRequest",
                     .request_required = false,
                     .answer = "PersonUnmergeResponse",
                     .answer_description = "What changed since the merge is kept and named.",
                     .others = {{400, "The person has not been merged, or a field is wrong.", "BadRequest"},
                                {404, "Person not found."}}},
       .has_version = true},
      {.method = "POST",
       .path = "/persons/batch/",
       .permission = "Ibl.CRM/Persons/write",
       .handler = batch_persons,
       .operation = {.id = "persons_batch_create",
                     .summary = "Create, update and upsert up to 1,000 persons at once",
                     .request = "PersonBatchRequest",
                     .answer = "PersonBatchResponse",
                     .answer_description = "One result an item, in their order; items that were refused wrote nothing.",
                     .others = {{400,
                                 "Not a batch; or all_or_none, and an item was refused; or an Idempotency-Key, and an "
                                 "item wrote nothing. Nothing was written.",
                                 "PersonBatchRefusal"}}}},
  };
  return routes;
}

}  // namespace annals::http
