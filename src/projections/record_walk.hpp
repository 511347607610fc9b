#pragma once

#include <cstdint>
#include <functional>

#include "projections/records.hpp"

/// Every record of a kind that is there, in the order of creation or of the ids. Read some hundreds at a time, so that
/// the memory taken does not grow with their number, and that reopening the store does not have to wait for the end.
namespace annals {

/// `organization` is nullopt too when the organization has been deleted.
void walk_persons(const ViewReader& views, PlatformId platform, const std::function<void(const PersonRecord&)>& seen);
void walk_organizations(const ViewReader& views, PlatformId platform,
                        const std::function<void(const OrganizationRecord&)>& seen);
/// Those that have ended, and those of erased persons, too.
void walk_invitations(const ViewReader& views, PlatformId platform,
                      const std::function<void(const InvitationRecord&)>& seen);
/// Those that are no longer active, too.
void walk_members(const ViewReader& views, PlatformId platform, const std::function<void(const MemberRecord&)>& seen);

/// How many persons and organizations were ever created.
std::uint64_t records_ever(const ViewReader& views, PlatformId platform);

}  // namespace annals
