#pragma once

#include <span>

#include "http/resources/route.hpp"

namespace annals::http {

std::span<const Route> person_routes();
std::span<const Route> erasure_routes();
std::span<const Route> organization_routes();
std::span<const Route> history_routes();
std::span<const Route> import_routes();
std::span<const Route> export_routes();
std::span<const Route> pipeline_routes();
std::span<const Route> stage_routes();
std::span<const Route> lead_source_routes();
std::span<const Route> tag_routes();
std::span<const Route> tag_assignment_routes();
std::span<const Route> activity_routes();
std::span<const Route> favorite_routes();
std::span<const Route> saved_view_routes();
std::span<const Route> deal_routes();
std::span<const Route> search_routes();
std::span<const Route> overview_routes();
std::span<const Route> platform_routes();
std::span<const Route> user_routes();
std::span<const Route> api_token_routes();
std::span<const Route> role_routes();
std::span<const Route> policy_routes();
std::span<const Route> permission_routes();
std::span<const Route> invitation_routes();
std::span<const Route> mail_outbox_routes();
std::span<const Route> audit_routes();
std::span<const Route> snapshot_routes();
std::span<const Route> event_routes();
std::span<const Route> webhook_routes();
std::span<const Route> notification_routes();
std::span<const Route> rebuild_routes();
std::span<const Route> operation_routes();
std::span<const Route> docs_routes();
std::span<const Route> join_routes();

/// Every endpoint there is.
std::span<const RouteTable> all_routes();

}  // namespace annals::http
