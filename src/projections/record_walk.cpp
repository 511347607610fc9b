#include "projections/record_walk.hpp"

#include <utility>
#include <vector>

#include "projections/invitations.hpp"
#include "projections/projecting.hpp"
#include "projections/record_text.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

constexpr std::size_t kPortion = 256;

/// `seen` may read the views: no cursor is open meanwhile.
template <class Seen>
void walk(const ViewReader& views, PlatformId platform, ViewId view, Seen seen) {
  std::vector<StoredValue> portion;
  std::string start;
  for (bool more = true; more;) {
    more = false;
    portion.clear();
    for (auto at = views.scan(platform, view, {}, start); at->valid() && !more; at->next()) {
      if (at->key() == kNextKey) continue;
      if (portion.size() < kPortion) {
        portion.push_back(at->value());
      } else {
        start = at->key();
        more = true;
      }
    }
    for (const auto& stored : portion) seen(stored);
  }
}

}  // namespace

void walk_persons(const ViewReader& views, PlatformId platform, const std::function<void(const PersonRecord&)>& seen) {
  walk(views, platform, view::persons, [&](const StoredValue& stored) {
    PersonRecord person{unpack<PersonRow>(stored.plain), {}};
    if (!person.there() || !stored.data) return;
    person.details = person_details(*stored.data);
    if (person.organization && !organization_exists(views, platform, *person.organization)) {
      person.organization.reset();
    }
    seen(person);
  });
}

void walk_organizations(const ViewReader& views, PlatformId platform,
                        const std::function<void(const OrganizationRecord&)>& seen) {
  walk(views, platform, view::organizations, [&](const StoredValue& stored) {
    OrganizationRecord organization{unpack<OrganizationRow>(stored.plain), {}};
    if (!organization.there() || !stored.data) return;
    organization.details = organization_details(*stored.data);
    seen(organization);
  });
}

void walk_invitations(const ViewReader& views, PlatformId platform,
                      const std::function<void(const InvitationRecord&)>& seen) {
  walk(views, platform, view::invitations, [&](const StoredValue& stored) { seen(invitation_record(stored)); });
}

void walk_members(const ViewReader& views, PlatformId platform, const std::function<void(const MemberRecord&)>& seen) {
  walk(views, platform, view::members, [&](const StoredValue& stored) {
    auto member = opened<MemberRow, MemberDetails>(stored);
    seen({std::move(member.row), std::move(member.details).value_or(MemberDetails{})});
  });
}

std::uint64_t records_ever(const ViewReader& views, PlatformId platform) {
  return std::uint64_t{next_of(views, platform, view::person_ids, Ordinal{0}).value} +
         next_of(views, platform, view::organization_ids, Ordinal{0}).value;
}

}  // namespace annals
