#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled create_user(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, kSystemPlatform, CreateUser::from(*body));
}

Handled retrieve_user(Exchange& exchange) {
  const auto id = parse_id<UserId>(exchange.variable);
  return show(exchange, id ? exchange.queries().user(*id) : std::nullopt);
}

Handled patch_user(Exchange& exchange) {
  const auto id = parse_id<UserId>(exchange.variable);
  if (!id || !exchange.queries().user(*id)) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, kSystemPlatform, UpdateUser::from(*id, *body));
}

Handled put_member(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return PutMember::from(body); });
}

Handled remove_member(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  const auto given = query.value("user_id");
  const auto user = given ? parse_id<UserId>(*given) : std::nullopt;
  if (user) return submit(exchange, *platform, RemoveMember{*user});
  const auto* fault = given ? "A valid integer is required." : "This field is required.";
  return std::unexpected(Problem(FieldErrors{{"user_id", {fault}}}));
}

/// What a list of members is searched for.
struct MemberFilter {
  std::string query;
};

constexpr FilterField<MemberFilter> kMemberFilters[] = {
    {{"query", R"({"type":"string"})", "Case-insensitive part of the username, email or name."},
     [](MemberFilter& filter, std::string_view value) { return read_text(value, filter.query); }},
};

Handled list_members(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter<MemberFilter>(query, kMemberFilters);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto page = exchange.queries().members(*platform, filter->query, *request, exchange.now);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::numbers);
}

std::vector<Parameter> member_parameters() {
  auto parameters = parameters_of<MemberFilter>(kMemberFilters);
  parameters.push_back(kPlatformKey);
  return parameters;
}

}  // namespace

std::span<const Route> user_routes() {
  static const std::vector<Route> routes = {
      {.method = "POST",
       .path = "/api/core/users/",
       .permission = kSuperuser,
       .handler = create_user,
       .operation = {.id = "core_users_create",
                     .summary = "Create a user of the server",
                     .request = "User",
                     .status = 201,
                     .answer = "User",
                     .answer_description = "Created."}},
      {.method = "GET",
       .path = "/api/core/users/{user_id}/",
       .permission = kSuperuser,
       .handler = retrieve_user,
       .operation = {.id = "core_users_retrieve",
                     .summary = "A user of the server",
                     .answer = "Account",
                     .others = {{404, "No such user."}}},
       .has_version = true},
      {.method = "PATCH",
       .path = "/api/core/users/{user_id}/",
       .permission = kSuperuser,
       .handler = patch_user,
       .operation = {.id = "core_users_partial_update",
                     .summary = "Deactivate a user, whose keys are then refused on every platform, or take that back",
                     .request = "AccountRequest",
                     .answer = "Account",
                     .others = {{404, "No such user."}}},
       .has_version = true},
      {.method = "POST",
       .path = "/api/core/users/platforms/",
       .permission = kSuperuser,
       .handler = put_member,
       .operation = {.id = "core_users_platforms_create",
                     .summary = "Make a user a member of a platform, or change a membership",
                     .request = "MembershipRequest",
                     .status = 201,
                     .answer = "Membership",
                     .answer_description = "A new member.",
                     .parameters = {kPlatformKey},
                     .others = {{200, "The membership that existed, changed.", "Membership"},
                                {404, "Platform not found."}}},
       .names_platform = true},
      {.method = "DELETE",
       .path = "/api/core/users/platforms/",
       .permission = kTenantAdmin,
       .handler = remove_member,
       .operation = {.id = "core_users_platforms_destroy",
                     .summary = "Remove a member from a platform: the membership ends and stays listed as inactive",
                     .status = 204,
                     .answer_description = "Removed.",
                     .parameters = {{"user_id", R"({"type":"integer"})", "Who.", true}, kPlatformKey},
                     .others = {{400, "No `user_id`.", "BadRequest"},
                                {404, "No such member whose membership has not ended, or no such platform."}}},
       .names_platform = true},
      {.method = "GET",
       .path = "/api/core/platform/users/",
       .permission = kTenantAdmin,
       .handler = at_length<list_members>,
       .operation = {.id = "core_platform_users_list",
                     .summary = "List the members of a platform",
                     .answer = "MemberList",
                     .answer_description = "A page.",
                     .parameters = member_parameters()},
       .is_list = true,
       .names_platform = true},
  };
  return routes;
}

}  // namespace annals::http
