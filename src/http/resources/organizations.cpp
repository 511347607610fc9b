#include <array>

#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/list_filters.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

constexpr std::array kOrganizationOrders = {
    OrderName<OrganizationOrder>{"name", OrganizationOrder::name},
    OrderName<OrganizationOrder>{"created_at", OrganizationOrder::created_at},
    OrderName<OrganizationOrder>{"updated_at", OrganizationOrder::updated_at},
};

using Value = std::string_view;

constexpr FilterField<OrganizationFilter> kOrganizationFilters[] = {
    {{"name", R"({"type":"string"})", "Case-insensitive part of the name."},
     [](OrganizationFilter& filter, Value value) { return read_text(value, filter.name); }},
    {{"owner", R"({"type":"number"})", "A user's id."},
     [](OrganizationFilter& filter, Value value) { return read_user(value, filter.owner); }},
    {{"owner__isnull", R"({"type":"boolean"})"},
     [](OrganizationFilter& filter, Value value) { return read_boolean(value, filter.owner_isnull); }},
    {{"search", R"({"type":"string"})", "Words that are all found in the name, whatever their case."},
     [](OrganizationFilter& filter, Value value) { return read_text(value, filter.search); }},
    {{"tags", R"({"type":"string"})", "Any of these tags' ids; commas between them, or repeated."},
     [](OrganizationFilter& filter, Value value) { return read_tags(value, filter.tags); },
     true},
    {{"ordering", R"({"type":"string","enum":["name","-name","created_at","-created_at","updated_at","-updated_at"]})",
      "`-` for descending; ties newest first."},
     [](OrganizationFilter& filter, Value value) {
       return read_ordering<OrganizationOrder>(value, kOrganizationOrders, filter.order, filter.descending);
     }},
};

Handled list_organizations(Exchange& exchange) {
  return list<OrganizationFilter>(exchange, kOrganizationFilters, &RecordQueries::organizations);
}

Handled create_organization(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), CreateOrganization::from(*body));
}

Handled retrieve_organization(Exchange& exchange) {
  const auto id = OrganizationId::parse(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return show(exchange, exchange.records().organization(exchange.platform(), *id));
}

/// The id in the path, when the platform has that organization.
std::optional<OrganizationId> named_organization(const Exchange& exchange) {
  const auto id = OrganizationId::parse(exchange.variable);
  return id && exchange.queries().organization_exists(exchange.platform(), *id) ? id : std::nullopt;
}

Handled update_organization(Exchange& exchange, Write write) {
  const auto id = named_organization(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), UpdateOrganization::from(*id, *body, write));
}

Handled replace_organization(Exchange& exchange) {
  return update_organization(exchange, Write::replace);
}
Handled patch_organization(Exchange& exchange) {
  return update_organization(exchange, Write::patch);
}

Handled delete_organization(Exchange& exchange) {
  const auto id = named_organization(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DeleteOrganization{*id});
}

}  // namespace

std::span<const FilterField<OrganizationFilter>> organization_filters() {
  return kOrganizationFilters;
}

std::span<const Route> organization_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/organizations/",
       .permission = "Ibl.CRM/Organizations/list",
       .handler = list_organizations,
       .operation = {.id = "organizations_list",
                     .summary = "List organizations",
                     .answer = "PaginatedOrganizationList",
                     .answer_description = "A page.",
                     .parameters = parameters_of<OrganizationFilter>(kOrganizationFilters)},
       .is_list = true,
       .has_past = true},
      {.method = "POST",
       .path = "/organizations/",
       .permission = "Ibl.CRM/Organizations/write",
       .handler = create_organization,
       .operation = {.id = "organizations_create",
                     .summary = "Create",
                     .request = "Organization",
                     .status = 201,
                     .answer = "Organization",
                     .answer_description = "Created."},
       .creates = true},
      {.method = "GET",
       .path = "/organizations/{id}/",
       .permission = "Ibl.CRM/Organizations/read",
       .handler = retrieve_organization,
       .operation = {.id = "organizations_retrieve",
                     .summary = "Read one",
                     .answer = "Organization",
                     .others = {{404, "Organization not found."}}},
       .has_past = true,
       .has_version = true},
      {.method = "PUT",
       .path = "/organizations/{id}/",
       .permission = "Ibl.CRM/Organizations/write",
       .handler = replace_organization,
       .operation = {.id = "organizations_update",
                     .summary = "Replace all editable fields",
                     .request = "Organization",
                     .answer = "Organization",
                     .others = {{404, "Organization not found."}}},
       .has_version = true},
      {.method = "PATCH",
       .path = "/organizations/{id}/",
       .permission = "Ibl.CRM/Organizations/write",
       .handler = patch_organization,
       .operation = {.id = "organizations_partial_update",
                     .summary = "Update only the supplied fields",
                     .request = "PatchedOrganization",
                     .request_required = false,
                     .answer = "Organization",
                     .others = {{404, "Organization not found."}}},
       .has_version = true},
      {.method = "DELETE",
       .path = "/organizations/{id}/",
       .permission = "Ibl.CRM/Organizations/delete",
       .handler = delete_organization,
       .operation = {.id = "organizations_destroy",
                     .summary = "Delete; persons that belong to it then read `organization: null`",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .others = {{404, "Organization not found."}}},
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
