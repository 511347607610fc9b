#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled create_user(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, kSystemPlatform, CreateUser::from(*body));
}

Handled put_member(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return PutMember::from(body); });
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
  const auto page = exchange.queries().members(*platform, filter->query, *request);
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
