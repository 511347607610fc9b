#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Organizations by ordinal with their JSON, and where to find them by id and name.
struct OrganizationDirectory : Projecting {
  using Events = EventSet<OrganizationCreated, OrganizationUpdated, OrganizationDeleted>;
  void on(const OrganizationCreated& event, const RecordedEvent& recorded);
  void on(const OrganizationUpdated& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);
};
Projection organization_directory_projection();

/// The row as it stands, also of a deleted organization. Opens nothing.
std::optional<OrganizationRow> read_organization_row(const ViewReader& views, PlatformId platform, OrganizationId id);
/// Ready to send; nullopt when it is not there.
std::optional<ShownRecord> show_organization(const ViewReader& views, PlatformId platform, OrganizationId id);
/// `tags`: JSON.
std::optional<ShownRecord> show_organization(StoredValue stored, const OrganizationRow& row, std::string_view tags);
/// As JSON; nullopt when it is not there.
std::optional<std::string> organization_name(const ViewReader& views, PlatformId platform, OrganizationId id);
std::optional<std::string> organization_name(const ViewReader& views, PlatformId platform, Ordinal ordinal);

}  // namespace annals
