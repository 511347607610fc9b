#include "events/event.hpp"

#include "events/enums.hpp"

namespace annals {
namespace {

std::string numbered(std::string_view kind, std::uint64_t number) {
  return std::string(kind) + '-' + std::to_string(number);
}
std::string named(std::string_view kind, const Uuid& id) {
  return std::string(kind) + '-' + id.to_string();
}

/// One line an event: a new one does not compile until its stream is named.
struct StreamOf {
  std::string operator()(const PlatformRegistered& e) const { return numbered("platform", e.platform.value); }
  std::string operator()(const UserCreated& e) const { return numbered("user", e.user.value); }
  std::string operator()(const UserDeactivated& e) const { return numbered("user", e.user.value); }
  std::string operator()(const UserReactivated& e) const { return numbered("user", e.user.value); }
  std::string operator()(const PlatformOpened&) const { return "platform"; }
  std::string operator()(const MemberAdded& e) const { return numbered("membership", e.user.value); }
  std::string operator()(const MemberChanged& e) const { return numbered("membership", e.user.value); }
  std::string operator()(const ApiKeyIssued& e) const { return numbered("key", e.key.value); }
  std::string operator()(const ApiKeyRevoked& e) const { return numbered("key", e.key.value); }
  std::string operator()(const RoleCreated& e) const { return numbered("role", e.role.value); }
  std::string operator()(const RoleUpdated& e) const { return numbered("role", e.role.value); }
  std::string operator()(const RoleDeleted& e) const { return numbered("role", e.role.value); }
  std::string operator()(const PolicyCreated& e) const { return numbered("policy", e.policy.value); }
  std::string operator()(const PolicyUpdated& e) const { return numbered("policy", e.policy.value); }
  std::string operator()(const PolicyDeleted& e) const { return numbered("policy", e.policy.value); }
  std::string operator()(const OrganizationCreated& e) const { return named("organization", e.organization); }
  std::string operator()(const OrganizationUpdated& e) const { return named("organization", e.organization); }
  std::string operator()(const OrganizationDeleted& e) const { return named("organization", e.organization); }
  std::string operator()(const PersonCreated& e) const { return named("person", e.person); }
  std::string operator()(const PersonUpdated& e) const { return named("person", e.person); }
  std::string operator()(const PersonDeleted& e) const { return named("person", e.person); }
  std::string operator()(const PersonLinked& e) const { return named("person", e.person); }
  std::string operator()(const PersonMerged& e) const { return named("person", e.person); }
  std::string operator()(const PersonAbsorbed& e) const { return named("person", e.person); }
  std::string operator()(const PersonUnmerged& e) const { return named("person", e.person); }
  std::string operator()(const PersonReleased& e) const { return named("person", e.person); }
  std::string operator()(const PersonErased& e) const { return named("person", e.person); }
  std::string operator()(const InvitationIssued& e) const { return numbered("invitation", e.invitation.value); }
  std::string operator()(const InvitationRevoked& e) const { return numbered("invitation", e.invitation.value); }
  std::string operator()(const InvitationExpired& e) const { return numbered("invitation", e.invitation.value); }
  std::string operator()(const InvitationRedeemed& e) const { return numbered("invitation", e.invitation.value); }
  std::string operator()(const NotificationsChanged&) const { return "platform"; }
  std::string operator()(const WebhookCreated& e) const { return numbered("webhook", e.webhook.value); }
  std::string operator()(const WebhookUpdated& e) const { return numbered("webhook", e.webhook.value); }
  std::string operator()(const WebhookDeleted& e) const { return numbered("webhook", e.webhook.value); }
  std::string operator()(const StagesReordered& e) const { return numbered("pipeline", e.pipeline.value); }
  std::string operator()(const TagAttached& e) const { return numbered("tag_assignment", e.assignment.value); }
  std::string operator()(const TagDetached& e) const { return numbered("tag_assignment", e.assignment.value); }
  std::string operator()(const DealStageChanged& e) const { return numbered(Deal::name, e.deal.value); }
  template <class Kind>
  std::string operator()(const RecordCreated<Kind>& e) const {
    return numbered(Kind::name, e.id.value);
  }
  template <class Kind>
  std::string operator()(const RecordUpdated<Kind>& e) const {
    return numbered(Kind::name, e.id.value);
  }
  template <class Kind>
  std::string operator()(const RecordDeleted<Kind>& e) const {
    return numbered(Kind::name, e.id.value);
  }
};

}  // namespace

Event::Event() = default;
Event::Event(const Event& other) = default;
Event::Event(Event&& other) noexcept = default;
Event& Event::operator=(const Event& other) = default;
Event& Event::operator=(Event&& other) noexcept = default;
Event::~Event() = default;

bool operator==(const Event& left, const Event& right) {
  return static_cast<const AnyEvent&>(left) == static_cast<const AnyEvent&>(right);
}

std::string_view type_of(const Event& event) {
  return std::visit([]<class E>(const E&) { return E::type; }, event);
}

std::string stream_of(const Event& event) {
  return std::visit(StreamOf{}, event);
}

std::string_view name_of(LifecycleStage stage) {
  switch (stage) {
    case LifecycleStage::lead:
      return "lead";
    case LifecycleStage::qualified:
      return "qualified";
    case LifecycleStage::opportunity:
      return "opportunity";
    case LifecycleStage::customer:
      return "customer";
    case LifecycleStage::churned:
      return "churned";
  }
  return {};  // no value of ours: how stored bytes are checked
}

std::optional<LifecycleStage> lifecycle_stage_named(std::string_view name) {
  return enum_named<LifecycleStage>(name);
}

std::string_view name_of(DealStatus status) {
  switch (status) {
    case DealStatus::open:
      return "open";
    case DealStatus::won:
      return "won";
    case DealStatus::lost:
      return "lost";
  }
  return {};
}

std::optional<DealStatus> deal_status_named(std::string_view name) {
  return enum_named<DealStatus>(name);
}

std::string_view name_of(ActivityType type) {
  switch (type) {
    case ActivityType::call:
      return "call";
    case ActivityType::meeting:
      return "meeting";
    case ActivityType::email:
      return "email";
    case ActivityType::note:
      return "note";
    case ActivityType::task:
      return "task";
    case ActivityType::lunch:
      return "lunch";
    case ActivityType::deadline:
      return "deadline";
  }
  return {};
}

std::optional<ActivityType> activity_type_named(std::string_view name) {
  return enum_named<ActivityType>(name);
}

std::string_view name_of(InvitationSource source) {
  switch (source) {
    case InvitationSource::person:
      return "person";
    case InvitationSource::platform:
      return "platform";
  }
  return {};
}

std::string_view name_of(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::person_created:
      return "person_created";
    case NotificationKind::deal_stage_changed:
      return "deal_stage_changed";
    case NotificationKind::person_linked:
      return "person_linked";
  }
  return {};
}

}  // namespace annals
