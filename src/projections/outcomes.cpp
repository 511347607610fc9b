#include <optional>
#include <variant>

#include "projections/projections.hpp"

/// What the answer to a command showed follows from the kinds of its events.
namespace annals {
namespace {

std::vector<std::pair<std::string, std::uint64_t>> counted(const std::vector<RelationCount>& relations) {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const auto& [relation, count] : relations) {
    if (count > 0) counts.emplace_back(relation, count);
  }
  return counts;
}

/// Sees the events of one commit in order; a later one that says more replaces what an earlier one said.
struct OutcomeOf {
  Outcome outcome = NothingShown{};
  bool settled = false;  ///< what follows only goes along with it

  void show(Outcome shown) {
    if (!settled) outcome = std::move(shown);
    settled = true;
  }

  void operator()(const PersonCreated& it) { show(PersonShown{it.person, true}); }
  void operator()(const PersonUpdated& it) { show(PersonShown{it.person}); }
  void operator()(const PersonLinked& it) { show(PersonShown{it.person}); }
  void operator()(const PersonDeleted&) { show(NothingShown{}); }
  void operator()(const PersonMerged&) {}  // PersonAbsorbed follows and says all
  void operator()(const PersonAbsorbed& it) { show(MergeShown{it.person, it.duplicates, counted(it.reparented)}); }
  void operator()(const PersonUnmerged& it) {
    UnmergeShown unmerge{it.from, it.person, {}, {}};
    for (const auto& records : it.relations) {
      for (const auto id : records.kept) unmerge.kept.emplace_back(records.relation, id);
    }
    show(std::move(unmerge));
  }
  void operator()(const PersonReleased& it) {  // follows PersonUnmerged
    auto* unmerge = std::get_if<UnmergeShown>(&outcome);
    if (unmerge != nullptr) unmerge->reparented = counted(it.reparented);
  }
  void operator()(const PersonErased&) { show(NothingShown{}); }
  void operator()(const OrganizationCreated& it) { show(OrganizationShown{it.organization, true}); }
  void operator()(const OrganizationUpdated& it) { show(OrganizationShown{it.organization}); }
  void operator()(const OrganizationDeleted&) { show(NothingShown{}); }
  void operator()(const InvitationIssued& it) { show(InvitationShown{it.invitation, it.person.has_value()}); }
  void operator()(const InvitationRevoked&) { show(NothingShown{}); }
  void operator()(const InvitationExpired&) {}  // recorded before a new one is issued, or by itself
  void operator()(const InvitationRedeemed& it) { show(RedemptionShown{it.invitation, it.user}); }
  void operator()(const PlatformRegistered& it) { show(PlatformShown{it.platform}); }
  void operator()(const PlatformOpened&) { show(NothingShown{}); }  // its seeded roles follow
  void operator()(const UserCreated& it) { show(UserShown{it.user, true}); }
  void operator()(const UserDeactivated& it) { show(UserShown{it.user}); }
  void operator()(const UserReactivated& it) { show(UserShown{it.user}); }
  void operator()(const MemberAdded& it) {
    if (auto* redemption = std::get_if<RedemptionShown>(&outcome)) redemption->joined = true;
    show(MemberShown{it.user, true});
  }
  void operator()(const MemberChanged& it) { show(MemberShown{it.user}); }
  void operator()(const ApiKeyIssued& it) { show(ApiKeyShown{it.key, {}}); }
  void operator()(const ApiKeyRevoked&) { show(NothingShown{}); }
  void operator()(const RoleCreated& it) { show(RoleShown{it.role, true}); }
  void operator()(const RoleUpdated& it) { show(RoleShown{it.role}); }
  void operator()(const RoleDeleted&) { show(NothingShown{}); }
  void operator()(const PolicyCreated& it) { show(PolicyShown{it.policy, true}); }
  void operator()(const PolicyUpdated& it) { show(PolicyShown{it.policy}); }
  void operator()(const PolicyDeleted&) { show(NothingShown{}); }
  void operator()(const NotificationsChanged&) { show(NotificationsShown{}); }
  void operator()(const WebhookCreated& it) { show(WebhookShown{it.webhook, true}); }
  void operator()(const WebhookUpdated& it) { show(WebhookShown{it.webhook}); }
  void operator()(const WebhookDeleted&) { show(NothingShown{}); }
  void operator()(const DealStageChanged& it) { show(RecordShown{Deal::name, it.deal.value}); }
  void operator()(const StagesReordered& it) { show(RecordShown{Pipeline::name, it.pipeline.value}); }
  void operator()(const TagAttached& it) { show(TagAssignmentShown{it.assignment, it.tag, true}); }
  void operator()(const TagDetached&) { show(NothingShown{}); }
  template <class Kind>
  void operator()(const RecordCreated<Kind>& it) {
    show(RecordShown{Kind::name, it.id.value, true});
  }
  template <class Kind>
  void operator()(const RecordUpdated<Kind>& it) {
    show(RecordShown{Kind::name, it.id.value});
  }
  template <class Kind>
  void operator()(const RecordDeleted<Kind>&) {
    show(NothingShown{});
  }
};

/// A batch each of whose items wrote one event. Of what came with an Idempotency-Key, nothing else that writes only
/// these events is answered with 200.
std::optional<BatchShown> batch_of(const Commit& commit) {
  const auto& mark = commit.header.idempotency;
  if (!mark || mark->status != 200) return std::nullopt;
  BatchShown batch;
  for (const auto& recorded : commit.events) {
    if (const auto* created = std::get_if<PersonCreated>(&recorded.event)) {
      batch.rows.push_back({201, created->person, {}});
    } else if (const auto* updated = std::get_if<PersonUpdated>(&recorded.event)) {
      batch.rows.push_back({200, updated->person, {}});
    } else {
      return std::nullopt;
    }
  }
  return batch;
}

}  // namespace

Outcome outcome_of(const Commit& commit) {
  if (auto batch = batch_of(commit)) return *std::move(batch);
  OutcomeOf found;
  for (const auto& recorded : commit.events) std::visit(found, recorded.event);
  return std::move(found.outcome);
}

}  // namespace annals
