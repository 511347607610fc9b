#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "events/invitation_events.hpp"
#include "events/organization_events.hpp"
#include "events/person_events.hpp"
#include "events/platform_events.hpp"
#include "events/record_kinds.hpp"
#include "events/webhook_events.hpp"

namespace annals {

template <class... Events>
struct EventsWith {
  template <class... Kinds, class... Updated>
  static std::variant<Events..., RecordCreated<Kinds>..., RecordUpdated<Updated>..., RecordDeleted<Kinds>...> of(
      KindList<Kinds...>, KindList<Updated...>);
};

/// Every event there is. A new one is added here, or with its kind in events/record_kinds.hpp, and the compiler lists
/// what it still needs.
using AnyEvent =
    decltype(EventsWith<PlatformRegistered, UserCreated, UserDeactivated, UserReactivated,  // the system platform's log
                        PlatformOpened, MemberAdded, MemberChanged, ApiKeyIssued, ApiKeyRevoked, RoleCreated,
                        RoleUpdated, RoleDeleted, PolicyCreated, PolicyUpdated, PolicyDeleted, OrganizationCreated,
                        OrganizationUpdated, OrganizationDeleted, PersonCreated, PersonUpdated, PersonDeleted,
                        PersonLinked, PersonMerged, PersonAbsorbed, PersonUnmerged, PersonReleased, PersonErased,
                        InvitationIssued, InvitationRevoked, InvitationExpired, InvitationRedeemed,
                        NotificationsChanged, WebhookCreated, WebhookUpdated, WebhookDeleted, StagesReordered,
                        DealStageChanged, TagAttached, TagDetached>::of(RecordKinds{}, updated_kinds(RecordKinds{})));

/// One of them. Copying, moving and comparing are compiled once, in event.cpp: over so many types they are what most of
/// a build's time would go into.
struct Event : AnyEvent {
  using AnyEvent::AnyEvent;
  Event();
  Event(const Event& other);
  Event(Event&& other) noexcept;
  Event& operator=(const Event& other);
  Event& operator=(Event&& other) noexcept;
  ~Event();
};
bool operator==(const Event& left, const Event& right);

std::string_view type_of(const Event& event);
/// The stream it belongs to, from its own ids: `person-<uuid>`, `membership-<user id>`, `platform` …
std::string stream_of(const Event& event);

}  // namespace annals
