#include "http/resources/tables.hpp"

#include <vector>

namespace annals::http {

std::span<const RouteTable> all_routes() {
  static const std::vector<RouteTable> tables = {
      {Mounts::crm, "persons", person_routes()},
      {Mounts::crm, "persons", erasure_routes()},
      {Mounts::crm, "organizations", organization_routes()},
      {Mounts::crm, "history", history_routes()},
      {Mounts::crm, "import", import_routes()},
      {Mounts::crm, "export", export_routes()},
      {Mounts::crm, "audit", audit_routes()},
      {Mounts::crm, "snapshots", snapshot_routes()},
      {Mounts::crm, "events", event_routes()},
      {Mounts::crm, "webhooks", webhook_routes()},
      {Mounts::crm, "pipelines", pipeline_routes()},
      {Mounts::crm, "pipelines", stage_routes()},
      {Mounts::crm, "lead-sources", lead_source_routes()},
      {Mounts::crm, "admin", rebuild_routes()},
      {Mounts::crm, "tags", tag_routes()},
      {Mounts::crm, "tags", tag_assignment_routes()},
      {Mounts::crm, "activities", activity_routes()},
      {Mounts::crm, "favorites", favorite_routes()},
      {Mounts::crm, "views", saved_view_routes()},
      {Mounts::crm, "deals", deal_routes()},
      {Mounts::crm, "search", search_routes()},
      {Mounts::crm, "overview", overview_routes()},
      {Mounts::platform, "platforms", platform_routes()},
      {Mounts::platform, "platforms", notification_routes()},
      {Mounts::platform, "users", user_routes()},
      {Mounts::platform, "api-tokens", api_token_routes()},
      {Mounts::platform, "roles", role_routes()},
      {Mounts::platform, "policies", policy_routes()},
      {Mounts::platform, "permissions", permission_routes()},
      {Mounts::platform, "invitations", invitation_routes()},
      {Mounts::platform, "invitations", mail_outbox_routes()},
      {Mounts::root, "operations", operation_routes()},
      {Mounts::root, "docs", docs_routes()},
      {Mounts::root, "invitations", join_routes()},
  };
  return tables;
}

}  // namespace annals::http
