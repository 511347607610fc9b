#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled show_notifications(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  return show(exchange, exchange.queries().notifications(*platform));
}

Handled change_notifications(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return ChangeNotifications::from(body); });
}

}  // namespace

std::span<const Route> notification_routes() {
  constexpr std::string_view kPath = "/api/core/platform/notifications/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kPath,
       .permission = kTenantAdmin,
       .handler = show_notifications,
       .operation = {.id = "core_platform_notifications_retrieve",
                     .summary = "Which mails the platform sends to its admins and to a record's owner",
                     .answer = "Notifications",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .has_version = true},
      {.method = "PATCH",
       .path = kPath,
       .permission = kTenantAdmin,
       .handler = change_notifications,
       .operation = {.id = "core_platform_notifications_partial_update",
                     .summary = "Switch them on and off",
                     .request = "PatchedNotifications",
                     .request_required = false,
                     .answer = "Notifications",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
