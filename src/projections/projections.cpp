#include "projections/projections.hpp"

#include "projections/api_keys.hpp"
#include "projections/erasures.hpp"
#include "projections/invitations.hpp"
#include "projections/kept_answers.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/favorites.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/kinds/saved_views.hpp"
#include "projections/kinds/tags.hpp"
#include "projections/members.hpp"
#include "projections/merges.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/platforms.hpp"
#include "projections/policies.hpp"
#include "projections/roles.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/users.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"
#include "projections/webhooks.hpp"

namespace annals {
namespace {

/// How far the views of a platform have come.
struct Applied {
  Position position;
  Timestamp recorded_at;
  static void parts(auto& self, auto&& all) { all(self.position, self.recorded_at); }
};

Applied applied_of(PlatformId platform, const ViewReader& views) {
  const auto found = views.get_plain(platform, view::applied, {});
  return found ? unpack<Applied>(*found) : Applied{};
}

template <class Event, class... Handlers>
constexpr bool handled_by_any = (Handlers::Events::template has<Event> || ...);

template <class Event>
constexpr bool handled =
    handled_by_any<Event, Platforms, Users, Members, Roles, Policies, ApiKeys, OrganizationDirectory, PersonDirectory,
                   Invitations, Webhooks, Pipelines, Stages, LeadSources, Deals, Activities, Favorites, SavedViews,
                   Tags, TagAssignments>;

template <class... Events>
constexpr bool all_handled(const std::variant<Events...>*) {
  return (handled<Events> && ...);
}
static_assert(all_handled(static_cast<const AnyEvent*>(nullptr)), "an event that no projection handles");

/// The plain part of the record behind a stream says how far the stream has come.
struct StreamVersionOf {
  const ViewReader& views;
  PlatformId platform;

  template <class Row>
  static StreamVersion of(const std::optional<Row>& row) {
    return row ? row->version : StreamVersion{};
  }
  template <class Row>
  StreamVersion of_plain(PlatformId where, ViewId view, std::string_view key) const {
    const auto plain = views.get_plain(where, view, key);
    return plain ? unpack<Row>(*plain).version : StreamVersion{};
  }
  StreamVersion person(PersonId id) const { return of(read_person_row(views, platform, id)); }
  StreamVersion organization(OrganizationId id) const { return of(read_organization_row(views, platform, id)); }
  StreamVersion member(UserId user) const { return of_plain<MemberRow>(platform, view::members, key_of(user)); }
  StreamVersion key(KeyId id) const { return of_plain<ApiKeyRow>(platform, view::api_keys, key_of(id)); }
  StreamVersion role(RoleId id) const { return of_plain<RoleRow>(platform, view::roles, key_of(id)); }
  StreamVersion policy(PolicyId id) const { return of_plain<PolicyRow>(platform, view::policies, key_of(id)); }
  StreamVersion user(UserId id) const { return of_plain<UserRow>(kSystemPlatform, view::users, key_of(id)); }
  StreamVersion invitation(InvitationId id) const {
    return of_plain<InvitationRow>(platform, view::invitations, key_of(id));
  }

  StreamVersion assignment(AssignmentId id) const { return of(read_assignment(views, platform, id)); }

  template <class Kind>
  StreamVersion record(typename Kind::Id id) const {
    return of(read_row<Kind>(views, platform, id));
  }

  StreamVersion operator()(const PlatformRegistered& it) const {
    return of_plain<PlatformRow>(kSystemPlatform, view::registered_platforms, key_of(it.platform));
  }
  StreamVersion operator()(const UserCreated& it) const { return user(it.user); }
  StreamVersion operator()(const UserDeactivated& it) const { return user(it.user); }
  StreamVersion operator()(const UserReactivated& it) const { return user(it.user); }
  StreamVersion operator()(const PlatformOpened&) const { return read_notifications(views, platform).version; }
  StreamVersion operator()(const NotificationsChanged&) const { return read_notifications(views, platform).version; }
  StreamVersion operator()(const WebhookCreated& it) const { return webhook_version(views, platform, it.webhook); }
  StreamVersion operator()(const WebhookUpdated& it) const { return webhook_version(views, platform, it.webhook); }
  StreamVersion operator()(const WebhookDeleted& it) const { return webhook_version(views, platform, it.webhook); }
  StreamVersion operator()(const MemberAdded& it) const { return member(it.user); }
  StreamVersion operator()(const MemberChanged& it) const { return member(it.user); }
  StreamVersion operator()(const ApiKeyIssued& it) const { return key(it.key); }
  StreamVersion operator()(const ApiKeyRevoked& it) const { return key(it.key); }
  StreamVersion operator()(const RoleCreated& it) const { return role(it.role); }
  StreamVersion operator()(const RoleUpdated& it) const { return role(it.role); }
  StreamVersion operator()(const RoleDeleted& it) const { return role(it.role); }
  StreamVersion operator()(const PolicyCreated& it) const { return policy(it.policy); }
  StreamVersion operator()(const PolicyUpdated& it) const { return policy(it.policy); }
  StreamVersion operator()(const PolicyDeleted& it) const { return policy(it.policy); }
  StreamVersion operator()(const OrganizationCreated& it) const { return organization(it.organization); }
  StreamVersion operator()(const OrganizationUpdated& it) const { return organization(it.organization); }
  StreamVersion operator()(const OrganizationDeleted& it) const { return organization(it.organization); }
  StreamVersion operator()(const PersonCreated& it) const { return person(it.person); }
  StreamVersion operator()(const PersonUpdated& it) const { return person(it.person); }
  StreamVersion operator()(const PersonDeleted& it) const { return person(it.person); }
  StreamVersion operator()(const PersonLinked& it) const { return person(it.person); }
  StreamVersion operator()(const PersonMerged& it) const { return person(it.person); }
  StreamVersion operator()(const PersonAbsorbed& it) const { return person(it.person); }
  StreamVersion operator()(const PersonUnmerged& it) const { return person(it.person); }
  StreamVersion operator()(const PersonReleased& it) const { return person(it.person); }
  StreamVersion operator()(const PersonErased& it) const { return person(it.person); }
  StreamVersion operator()(const InvitationIssued& it) const { return invitation(it.invitation); }
  StreamVersion operator()(const InvitationRevoked& it) const { return invitation(it.invitation); }
  StreamVersion operator()(const InvitationExpired& it) const { return invitation(it.invitation); }
  StreamVersion operator()(const InvitationRedeemed& it) const { return invitation(it.invitation); }
  StreamVersion operator()(const StagesReordered& it) const { return record<Pipeline>(it.pipeline); }
  StreamVersion operator()(const TagAttached& it) const { return assignment(it.assignment); }
  StreamVersion operator()(const TagDetached& it) const { return assignment(it.assignment); }
  StreamVersion operator()(const DealStageChanged& it) const { return record<Deal>(it.deal); }
  template <class Kind>
  StreamVersion operator()(const RecordCreated<Kind>& it) const {
    return record<Kind>(it.id);
  }
  template <class Kind>
  StreamVersion operator()(const RecordUpdated<Kind>& it) const {
    return record<Kind>(it.id);
  }
  template <class Kind>
  StreamVersion operator()(const RecordDeleted<Kind>& it) const {
    return record<Kind>(it.id);
  }
};

}  // namespace

std::span<const Projection> all_projections() {
  static const std::vector<Projection> projections{platforms_projection(),
                                                   users_projection(),
                                                   members_projection(),
                                                   roles_projection(),
                                                   policies_projection(),
                                                   api_keys_projection(),
                                                   organization_directory_projection(),
                                                   person_directory_projection(),
                                                   merges_projection(),
                                                   erasures_projection(),
                                                   invitations_projection(),
                                                   webhooks_projection(),
                                                   projection_of<Pipeline, Pipelines>(),
                                                   projection_of<Stage, Stages>(),
                                                   projection_of<LeadSource, LeadSources>(),
                                                   projection_of<Tag, Tags>(),
                                                   tag_assignments_projection(),
                                                   projection_of<Deal, Deals>(),
                                                   projection_of<Activity, Activities>(),
                                                   favorites_projection(),
                                                   projection_of<SavedView, SavedViews>(),
                                                   kept_answers_projection()};
  return projections;
}

void apply(const Commit& commit, ViewChanges& views, const Digester& digester) {
  apply_to(all_projections(), commit, views, digester);
  mark_applied(commit, views);
}

void apply_to(std::span<const Projection> projections, const Commit& commit, ViewChanges& views,
              const Digester& digester) {
  if (commit.events.empty()) return;
  for (const auto& projection : projections) projection.apply(commit, views, digester);
}

void mark_applied(const Commit& commit, ViewChanges& views) {
  const auto& frame = commit.header.frame;
  if (commit.events.empty()) views.put(frame.platform, view::passed_over, key_of(frame.first), {});
  const auto at = commit.events.empty() ? last_recorded_at(views, frame.platform) : commit.events.back().recorded_at;
  views.put(frame.platform, view::applied, {}, pack(Applied{commit.last(), at}));
}

Position applied_position(PlatformId platform, const ViewReader& views) {
  return applied_of(platform, views).position;
}

Timestamp last_recorded_at(const ViewReader& views, PlatformId platform) {
  return applied_of(platform, views).recorded_at;
}

StreamVersion stream_version(const ViewReader& views, PlatformId platform, const Event& event) {
  return std::visit(StreamVersionOf{views, platform}, event);
}

}  // namespace annals
