#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

/// The tags of whatever carries some: the same three routes for each.
namespace annals::http {
namespace {

/// What the path names, when it is there at the moment that is asked about.
using NamedHost = std::optional<TagHost> (*)(const Exchange& exchange);

std::optional<TagHost> person_host(const Exchange& exchange) {
  const auto id = PersonId::parse(exchange.variable);
  return id && exchange.records().person(exchange.platform(), *id) ? std::optional<TagHost>(*id) : std::nullopt;
}

std::optional<TagHost> organization_host(const Exchange& exchange) {
  const auto id = OrganizationId::parse(exchange.variable);
  return id && exchange.records().organization(exchange.platform(), *id) ? std::optional<TagHost>(*id) : std::nullopt;
}

std::optional<TagHost> named_deal(const Exchange& exchange) {
  const auto id = parse_id<DealId>(exchange.variable);
  const auto reading = reading_of(exchange);
  return id && reading && record_exists<Deal>(*reading, *id) ? std::optional<TagHost>(*id) : std::nullopt;
}

template <NamedHost named>
Handled list_tags_of_host(Exchange& exchange) {
  const auto host = named(exchange);
  if (!host) return refuse(ProblemCode::not_found);
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  const auto page = list_tags_of(*reading, *host, *request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::walkable);
}

template <NamedHost named>
Handled attach_tag(Exchange& exchange) {
  const auto host = named(exchange);
  if (!host) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), AttachTag::from(*host, *body));
}

template <NamedHost named>
Handled detach_tag(Exchange& exchange) {
  const auto host = named(exchange);
  const auto tag = parse_id<TagId>(exchange.second_variable);
  if (!host || !tag) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DetachTag{*host, *tag});
}

struct HostRoutes {
  std::string_view path;      ///< `/persons/{id}/tags/`
  std::string_view tag_path;  ///< `/persons/{id}/tags/{tag_id}/`
  std::string_view list_id;   ///< of the operations
  std::string_view create_id;
  std::string_view destroy_id;
  bool numbered = false;
};

template <NamedHost named>
void add_routes(const HostRoutes& names, std::vector<Route>& routes) {
  routes.push_back({.method = "GET",
                    .path = names.path,
                    .permission = "Ibl.CRM/Tags/list",
                    .handler = list_tags_of_host<named>,
                    .operation = {.id = names.list_id,
                                  .summary = "List its tags, in the order in which they were attached",
                                  .answer = "PaginatedTagAssignmentList",
                                  .answer_description = "A page.",
                                  .others = {{404, "Nothing has this id."}}},
                    .is_list = true,
                    .has_past = true,
                    .numbered = names.numbered});
  routes.push_back({.method = "POST",
                    .path = names.path,
                    .permission = "Ibl.CRM/Tags/write",
                    .handler = attach_tag<named>,
                    .operation = {.id = names.create_id,
                                  .summary = "Attach a tag",
                                  .request = "TagAssignmentRequest",
                                  .status = 201,
                                  .answer = "TagAssignment",
                                  .answer_description = "Attached.",
                                  .others = {{404, "Nothing has this id, or there is no such tag."},
                                             {409, "It has the tag already.", "TagAssignment"}}},
                    .takes_version = true,
                    .numbered = names.numbered});
  routes.push_back({.method = "DELETE",
                    .path = names.tag_path,
                    .permission = "Ibl.CRM/Tags/write",
                    .handler = detach_tag<named>,
                    .operation = {.id = names.destroy_id,
                                  .summary = "Detach a tag",
                                  .status = 204,
                                  .answer_description = "Detached.",
                                  .others = {{404, "Nothing has this id, or it does not have the tag."}}},
                    .takes_version = true,
                    .numbered = names.numbered});
}

}  // namespace

std::span<const Route> tag_assignment_routes() {
  static const auto routes = [] {
    std::vector<Route> all;
    add_routes<person_host>({"/persons/{id}/tags/", "/persons/{id}/tags/{tag_id}/", "persons_tags_list",
                             "persons_tags_create", "persons_tags_destroy"},
                            all);
    add_routes<organization_host>(
        {"/organizations/{id}/tags/", "/organizations/{id}/tags/{tag_id}/", "organizations_tags_list",
         "organizations_tags_create", "organizations_tags_destroy"},
        all);
    add_routes<named_deal>({"/deals/{id}/tags/", "/deals/{id}/tags/{tag_id}/", "deals_tags_list", "deals_tags_create",
                            "deals_tags_destroy", true},
                           all);
    return all;
  }();
  return routes;
}

}  // namespace annals::http
