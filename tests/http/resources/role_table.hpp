#pragma once

#include <string_view>

namespace annals::test {

/// Whoever may call a route: a sum of these. A superuser may call all of them.
enum Callers : unsigned {
  kViewer = 1,
  kUser = 2,
  kManager = 4,
  kInviter = 8,
  kAuditor = 16,
  kAdmin = 32,  ///< Tenant Admin, as a role and as an `is_admin` member
  kRoleless = 64,
  kSuperuserOnly = 0,
  kEditors = kUser | kManager | kAdmin,
  kReaders = kViewer | kAuditor | kEditors,
  kPersonReaders = kReaders | kInviter,
  kInviters = kInviter | kManager | kAdmin,
  kAuditors = kAuditor | kManager | kAdmin,
  kKeepers = kManager | kAdmin,
  kAnyKey = kPersonReaders | kRoleless,
  kEverybody = 128,  ///< also without a key, and with one that is no longer any good
};

/// What a key of another platform can name here: `nothing` (the route is about the key's own platform, or the server),
/// a `record` by its id in the path (404), or the `platform` by `platform_key` (404 but for superusers).
enum class Reach { nothing, record, platform };

/// What a role may do with a route, as the published table of seeded roles says. It names no permission: those are the
/// routes' own.
struct RouteCallers {
  std::string_view method;
  std::string_view path;
  unsigned may;
  Reach reach = Reach::nothing;
};

inline constexpr RouteCallers kRoleTable[] = {
    {"GET", "/persons/", kPersonReaders},
    {"POST", "/persons/", kEditors},
    {"GET", "/persons/{id}/", kPersonReaders, Reach::record},
    {"PUT", "/persons/{id}/", kEditors, Reach::record},
    {"PATCH", "/persons/{id}/", kEditors, Reach::record},
    {"DELETE", "/persons/{id}/", kEditors, Reach::record},
    {"POST", "/persons/{id}/invite/", kInviters, Reach::record},
    {"POST", "/persons/{id}/link-user/", kEditors, Reach::record},
    {"POST", "/persons/merge/", kEditors},
    {"POST", "/persons/{id}/unmerge/", kEditors, Reach::record},
    {"POST", "/persons/batch/", kEditors},
    {"POST", "/persons/{id}/erase/", kEditors, Reach::record},
    {"GET", "/persons/{id}/erasure/", kPersonReaders, Reach::record},
    {"GET", "/persons/{id}/history/", kPersonReaders, Reach::record},
    {"POST", "/persons/import/", kEditors},
    {"GET", "/persons/export/", kPersonReaders},
    {"GET", "/persons/{id}/export/", kAuditors, Reach::record},

    {"GET", "/organizations/", kReaders},
    {"POST", "/organizations/", kEditors},
    {"GET", "/organizations/{id}/", kReaders, Reach::record},
    {"PUT", "/organizations/{id}/", kEditors, Reach::record},
    {"PATCH", "/organizations/{id}/", kEditors, Reach::record},
    {"DELETE", "/organizations/{id}/", kEditors, Reach::record},
    {"GET", "/organizations/{id}/history/", kReaders, Reach::record},
    {"POST", "/organizations/import/", kEditors},
    {"GET", "/organizations/export/", kReaders},

    {"GET", "/audit/head", kAuditors},
    {"GET", "/events/", kAuditors},
    {"GET", "/snapshots/", kAuditors},
    {"POST", "/snapshots/", kKeepers},
    {"GET", "/snapshots/{position}/", kAuditors},
    {"DELETE", "/snapshots/{position}/", kKeepers},
    {"GET", "/snapshots/{position}/files/{name}", kAuditors},
    {"GET", "/snapshots/{position}/diff/{other}/", kAuditors},
    {"GET", "/admin/rebuild/", kSuperuserOnly},
    {"POST", "/admin/rebuild/", kSuperuserOnly},

    {"GET", "/webhooks/", kKeepers},
    {"POST", "/webhooks/", kKeepers},
    {"GET", "/webhooks/{id}/", kKeepers, Reach::record},
    {"PATCH", "/webhooks/{id}/", kKeepers, Reach::record},
    {"DELETE", "/webhooks/{id}/", kKeepers, Reach::record},
    {"GET", "/webhooks/{id}/deliveries/", kKeepers, Reach::record},
    {"POST", "/webhooks/{id}/deliveries/{delivery}/redeliver/", kKeepers, Reach::record},
    {"POST", "/webhooks/{id}/ping/", kKeepers, Reach::record},

    {"GET", "/pipelines/", kReaders},
    {"POST", "/pipelines/", kKeepers},
    {"GET", "/pipelines/{id}/", kReaders, Reach::record},
    {"PUT", "/pipelines/{id}/", kKeepers, Reach::record},
    {"PATCH", "/pipelines/{id}/", kKeepers, Reach::record},
    {"DELETE", "/pipelines/{id}/", kKeepers, Reach::record},
    {"GET", "/pipelines/{pipeline_id}/stages/", kReaders, Reach::record},
    {"POST", "/pipelines/{pipeline_id}/stages/", kKeepers, Reach::record},
    {"GET", "/pipelines/{pipeline_id}/stages/{id}/", kReaders, Reach::record},
    {"PUT", "/pipelines/{pipeline_id}/stages/{id}/", kKeepers, Reach::record},
    {"PATCH", "/pipelines/{pipeline_id}/stages/{id}/", kKeepers, Reach::record},
    {"DELETE", "/pipelines/{pipeline_id}/stages/{id}/", kKeepers, Reach::record},
    {"POST", "/pipelines/{pipeline_id}/stages/reorder/", kKeepers, Reach::record},
    {"GET", "/lead-sources/", kReaders},
    {"POST", "/lead-sources/", kKeepers},
    {"GET", "/lead-sources/{id}/", kReaders, Reach::record},
    {"PUT", "/lead-sources/{id}/", kKeepers, Reach::record},
    {"PATCH", "/lead-sources/{id}/", kKeepers, Reach::record},
    {"DELETE", "/lead-sources/{id}/", kKeepers, Reach::record},

    {"GET", "/api/core/platform/", kAnyKey},
    {"POST", "/api/core/platform/", kSuperuserOnly},
    {"POST", "/api/core/users/", kSuperuserOnly},
    {"GET", "/api/core/users/{user_id}/", kSuperuserOnly},
    {"PATCH", "/api/core/users/{user_id}/", kSuperuserOnly},
    {"POST", "/api/core/users/platforms/", kSuperuserOnly},
    {"DELETE", "/api/core/users/platforms/", kAdmin, Reach::platform},
    {"GET", "/api/core/platform/notifications/", kAdmin, Reach::platform},
    {"PATCH", "/api/core/platform/notifications/", kAdmin, Reach::platform},
    {"GET", "/api/core/platform/users/", kAdmin, Reach::platform},
    {"GET", "/api/core/platform/api-tokens/", kAnyKey, Reach::platform},
    {"POST", "/api/core/platform/api-tokens/", kAnyKey, Reach::platform},
    {"DELETE", "/api/core/platform/api-tokens/{name}/", kAnyKey, Reach::platform},
    {"GET", "/api/core/rbac/roles/", kAdmin, Reach::platform},
    {"POST", "/api/core/rbac/roles/", kAdmin, Reach::platform},
    {"GET", "/api/core/rbac/roles/{id}/", kAdmin, Reach::platform},
    {"PUT", "/api/core/rbac/roles/{id}/", kAdmin, Reach::platform},
    {"PATCH", "/api/core/rbac/roles/{id}/", kAdmin, Reach::platform},
    {"DELETE", "/api/core/rbac/roles/{id}/", kAdmin, Reach::platform},
    {"GET", "/api/core/rbac/policies/", kAdmin, Reach::platform},
    {"POST", "/api/core/rbac/policies/", kAdmin, Reach::platform},
    {"GET", "/api/core/rbac/policies/{id}/", kAdmin, Reach::platform},
    {"PUT", "/api/core/rbac/policies/{id}/", kAdmin, Reach::platform},
    {"PATCH", "/api/core/rbac/policies/{id}/", kAdmin, Reach::platform},
    {"DELETE", "/api/core/rbac/policies/{id}/", kAdmin, Reach::platform},
    {"POST", "/api/core/rbac/permissions/check/", kAnyKey, Reach::platform},
    {"GET", "/api/catalog/invitations/platform/", kInviters, Reach::platform},
    {"POST", "/api/catalog/invitations/platform/", kInviters, Reach::platform},
    {"DELETE", "/api/catalog/invitations/platform/", kInviters, Reach::platform},
    {"GET", "/api/catalog/invitations/platform/outbox/", kAdmin, Reach::platform},
    {"POST", "/api/catalog/invitations/platform/outbox/{invitation_id}/resend/", kAdmin, Reach::platform},
    {"GET", "/api/catalog/invitations/platform/check/", kEverybody},
    {"POST", "/api/catalog/invitations/platform/redeem/", kEverybody},
    {"GET", "/join/", kEverybody},
    {"POST", "/join/", kEverybody},

    {"GET", "/healthz", kEverybody},
    {"GET", "/readyz", kEverybody},
    {"GET", "/metrics", kEverybody},
    {"GET", "/openapi.json", kEverybody},
    {"GET", "/docs/", kEverybody},
    {"GET", "/docs/reference.css", kEverybody},
    {"GET", "/docs/reference.js", kEverybody},
    {"GET", "/docs/swagger-ui.css", kEverybody},
    {"GET", "/docs/swagger-ui-bundle.js", kEverybody},
};

}  // namespace annals::test
