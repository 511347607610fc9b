#include "projections/answers.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "events/enums.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/favorites.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/kinds/saved_views.hpp"
#include "projections/kinds/tags.hpp"
#include "projections/members.hpp"
#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/platforms.hpp"
#include "projections/record_joins.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {
namespace {

ObjectText& text_or_null(ObjectText& object, std::string_view value) {
  return value.empty() ? object.null() : object.text(value);
}

ObjectText& time_or_null(ObjectText& object, const std::optional<Timestamp>& at) {
  return at ? object.time(*at) : object.null();
}

template <class Items>
std::string array_json(const Items& items, auto&& append_item) {
  std::string array = "[";
  for (const auto& item : items) {
    if (array.size() > 1) array += ',';
    append_item(array, item);
  }
  return array + ']';
}

std::string texts_json(const std::vector<std::string>& texts) {
  return array_json(texts, [](std::string& out, const std::string& text) { append_json_string(out, text); });
}

template <class Id>
std::string ids_json(const std::vector<Id>& ids) {
  return array_json(ids, [](std::string& out, Id id) { out += std::to_string(id.value); });
}

using RelationNumbers = std::vector<std::pair<std::string, std::uint64_t>>;

std::string reparented_json(const RelationNumbers& counts) {
  ObjectText reparented;
  for (const std::string_view relation : {"deals", "activities", "tags"}) {
    const auto moved = std::find_if(counts.begin(), counts.end(), [&](const auto& it) { return it.first == relation; });
    reparented.key(relation).number(moved == counts.end() ? 0 : moved->second);
  }
  return std::move(reparented).close();
}

std::string merge_json(const MergeShown& merge) {
  const auto quoted_id = [](std::string& out, const Uuid& id) {
    out += '"';
    id.append_to(out);
    out += '"';
  };
  ObjectText object;
  object.key("primary_id").id(merge.primary);
  object.key("merged_ids").json(array_json(merge.merged, quoted_id));
  object.key("reparented").json(reparented_json(merge.reparented));
  return std::move(object).close();
}

std::string unmerge_json(const UnmergeShown& unmerge) {
  const auto kept = [](std::string& out, const auto& record) {
    ObjectText object;
    object.key("relation").text(record.first).key("id").number(record.second);
    out += std::move(object).close();
  };
  ObjectText object;
  object.key("primary_id").id(unmerge.primary).key("unmerged_id").id(unmerge.unmerged);
  object.key("reparented").json(reparented_json(unmerge.reparented));
  auto shown = unmerge.kept;  // whose favorites there are is nobody else's business
  std::erase_if(shown, [](const auto& record) { return record.first == Favorite::relation; });
  object.key("kept").json(array_json(shown, kept));
  return std::move(object).close();
}

std::string batch_json(const BatchShown& batch) {
  std::size_t index = 0;
  ObjectText object;
  object.key("results").json(array_json(batch.rows, [&index](std::string& out, const BatchShown::Row& row) {
    ObjectText result;
    result.key("index").number(index++).key("status").number(row.status);
    if (row.person) result.key("id").id(*row.person);
    if (!row.errors.empty()) result.key("errors").json(fields_json(row.errors));
    out += std::move(result).close();
  }));
  return std::move(object).close();
}

/// What an outcome shows, read from the views.
struct Showing {
  PlatformId platform;
  const ViewReader& views;
  Timestamp now;
  Answer answer;

  void shown(std::optional<ShownRecord> record) {
    if (!record) return;
    answer.body = std::move(record->json);
    answer.etag = std::move(record->etag);
  }
  std::string platform_key() const { return own_platform_key(views, platform); }
  std::string username(UserId user) const {
    const auto found = read_user(views, user);
    return found ? found->details.username : std::string();
  }

  void operator()(const PersonShown& it) {
    if (auto record = show_person(views, platform, it.person)) return shown(std::move(record));
    if (const auto row = read_person_row(views, platform, it.person)) {  // erased: what is kept names its version still
      answer.etag = person_etag(row->version, row->organization, person_joins(views, platform, *row));
    }
  }
  void operator()(const OrganizationShown& it) {
    if (auto record = show_organization(views, platform, it.organization)) return shown(std::move(record));
    if (const auto row = read_organization_row(views, platform, it.organization)) {
      answer.etag = organization_etag(row->version, tags_json(views, platform, it.organization));
    }
  }
  void operator()(const InvitationShown& it) {
    const auto found = read_invitation(views, platform, it.invitation);
    if (!found) return;
    answer.body = it.as_person_invite ? person_invite_json(*found, platform_key())
                                      : invitation_json(*found, platform_key(), found->open, std::nullopt);
  }
  void operator()(const MergeShown& it) { answer.body = merge_json(it); }
  void operator()(const UnmergeShown& it) { answer.body = unmerge_json(it); }
  void operator()(const PlatformShown& it) {
    if (const auto found = read_registered_platform(views, it.platform)) answer.body = platform_json(*found);
  }
  void operator()(const UserShown& it) {
    const auto found = read_user(views, it.user);
    if (!found) return;
    if (it.created) {
      answer.body = user_json(*found);
    } else {
      shown(ShownRecord{account_json(*found), etag_of(found->version), found->version});
    }
  }
  void operator()(const MemberShown& it) {
    if (const auto found = read_member_row(views, platform, it.user)) {
      answer.body = membership_json(*found, platform_key());
    }
  }
  void operator()(const RedemptionShown& it) {
    const auto invitation = read_invitation(views, platform, it.invitation);
    const auto user = read_user(views, it.user);
    const auto member = read_member(views, platform, it.user);
    if (invitation && user && member) answer.body = redemption_json(*invitation, *user, *member, platform_key());
  }
  void operator()(const ApiKeyShown& it) {
    const auto found = read_api_key(views, platform, it.key);
    if (found) answer.body = issued_api_key_json(*found, username(found->user), platform_key(), it.secret);
  }
  void operator()(const RoleShown& it) {
    const auto found = read_role(views, platform, it.role);
    if (found) shown(ShownRecord{role_json(*found, platform_key()), etag_of(found->version), found->version});
  }
  void operator()(const PolicyShown& it) {
    const auto found = read_policy(views, platform, it.policy);
    if (found) shown(ShownRecord{policy_json(*found, platform_key()), etag_of(found->version), found->version});
  }
  void operator()(const WebhookShown& it) {
    const auto found = read_webhook(views, platform, it.webhook);
    if (found) shown(ShownRecord{webhook_json(*found, it.secret), etag_of(found->version), found->version});
  }
  void operator()(const NotificationsShown&) {
    const auto row = read_notifications(views, platform);
    shown(ShownRecord{notifications_json(row, platform_key()), etag_of(row.version), row.version});
  }
  void operator()(const RecordShown& it) {
    for_each_kind(RecordKinds{}, [&]<class Kind>() {
      if (it.kind == Kind::name) {
        shown(show_record<Kind>(views, platform, typename Kind::Id{it.id}, now));
      }
    });
  }
  void operator()(const TagAssignmentShown& it) {
    answer.body = assignment_json(views, platform, it.assignment, it.tag);
  }
  void operator()(const BatchShown& it) { answer.body = batch_json(it); }
  void operator()(const RecordsImported& it) { answer.imported = it; }
  void operator()(const NothingShown&) {}
};

struct StatusOf {
  static std::uint16_t created(bool is_new) { return is_new ? 201 : 200; }
  std::uint16_t operator()(const PersonShown& it) const { return created(it.created); }
  std::uint16_t operator()(const OrganizationShown& it) const { return created(it.created); }
  std::uint16_t operator()(const InvitationShown&) const { return 201; }
  std::uint16_t operator()(const MergeShown&) const { return 200; }
  std::uint16_t operator()(const UnmergeShown&) const { return 200; }
  std::uint16_t operator()(const PlatformShown&) const { return 201; }
  std::uint16_t operator()(const UserShown& it) const { return created(it.created); }
  std::uint16_t operator()(const MemberShown& it) const { return created(it.created); }
  std::uint16_t operator()(const RedemptionShown& it) const { return created(it.joined); }
  std::uint16_t operator()(const ApiKeyShown&) const { return 201; }
  std::uint16_t operator()(const RoleShown& it) const { return created(it.created); }
  std::uint16_t operator()(const PolicyShown& it) const { return created(it.created); }
  std::uint16_t operator()(const WebhookShown& it) const { return created(it.created); }
  std::uint16_t operator()(const NotificationsShown&) const { return 200; }
  std::uint16_t operator()(const RecordShown& it) const { return created(it.created); }
  std::uint16_t operator()(const TagAssignmentShown& it) const { return it.created ? 201 : 409; }
  std::uint16_t operator()(const BatchShown& it) const { return it.refused ? 400 : 200; }
  std::uint16_t operator()(const RecordsImported&) const { return 200; }
  std::uint16_t operator()(const NothingShown&) const { return 204; }
};

}  // namespace

std::string person_invite_json(const InvitationRecord& invitation, std::string_view platform_key) {
  ObjectText object;
  object.key("person_id");
  invitation.person ? object.id(*invitation.person) : object.null();
  object.key("invitation_id").number(invitation.id.value);
  text_or_null(object.key("invitation_email"), invitation.details ? invitation.details->email : std::string_view());
  object.key("platform_key").text(platform_key);
  object.key("auto_accept").boolean(true).key("active").boolean(invitation.open);
  text_or_null(object.key("redirect_to"), invitation.details ? invitation.details->redirect_to : std::string_view());
  object.key("created").time(invitation.issued_at);
  return std::move(object).close();
}

std::string invitation_json(const InvitationRecord& invitation, std::string_view platform_key, bool active,
                            const std::optional<std::string>& username) {
  const auto& details = invitation.details;
  ObjectText object;
  object.key("id").number(invitation.id.value).key("user_id");
  invitation.redeemed_by ? object.number(invitation.redeemed_by->value) : object.null();
  text_or_null(object.key("username"), username ? std::string_view(*username) : std::string_view());
  text_or_null(object.key("email"), details ? details->email : std::string_view());
  object.key("created").time(invitation.issued_at).key("started").time(invitation.issued_at);
  object.key("expired").time(invitation.expires_at);
  object.key("source").text(name_of(invitation.source));
  text_or_null(object.key("redirect_to"), details ? details->redirect_to : std::string_view());
  object.key("active").boolean(active);
  object.key("metadata").json(details ? details->metadata.text : std::string_view("{}"));
  object.key("platform_key").text(platform_key);
  return std::move(object).close();
}

std::string user_json(const UserRecord& user) {
  ObjectText object;
  object.key("id").number(user.id.value).key("username").text(user.details.username);
  object.key("email").text(user.details.email).key("name").text(user.details.name);
  return std::move(object).close();
}

std::string account_json(const UserRecord& user) {
  ObjectText object;
  object.key("id").number(user.id.value).key("username").text(user.details.username);
  object.key("email").text(user.details.email).key("name").text(user.details.name);
  object.key("active").boolean(user.active);
  return std::move(object).close();
}

std::string platform_json(const PlatformRecord& platform) {
  ObjectText object;
  object.key("id").number(platform.id.value).key("key").text(platform.details.key);
  object.key("name").text(platform.details.name);
  return std::move(object).close();
}

std::string role_json(const RoleRecord& role, std::string_view platform_key) {
  ObjectText object;
  object.key("id").number(role.id.value).key("name").text(role.details.name);
  object.key("platform_key").text(platform_key);
  object.key("actions").json(texts_json(role.details.actions)).key("is_internal").boolean(role.internal);
  return std::move(object).close();
}

std::string policy_json(const PolicyRecord& policy, std::string_view platform_key) {
  ObjectText object;
  object.key("id").number(policy.id.value).key("name").text(policy.details.name);
  object.key("role_id").number(policy.role.value).key("platform_key").text(platform_key);
  object.key("resources").json(policy.details.resources.text).key("users").json(ids_json(policy.users));
  return std::move(object).close();
}

std::string issued_api_key_json(const ApiKeyRecord& key, std::string_view username, std::string_view platform_key,
                                std::string_view secret) {
  ObjectText object;
  object.key("username").text(username).key("name").text(key.details.name);
  text_or_null(object.key("key"), secret);
  object.key("platform_key").text(platform_key).key("created").time(key.issued_at);
  time_or_null(object.key("expires"), key.expires_at);
  return std::move(object).close();
}

std::string listed_api_key_json(const ApiKeyRecord& key, std::string_view username, std::string_view platform_key,
                                std::optional<Timestamp> last_used) {
  ObjectText object;
  object.key("username").text(username).key("name").text(key.details.name);
  object.key("platform_key").text(platform_key).key("created").time(key.issued_at);
  time_or_null(object.key("expires"), key.expires_at);
  object.key("roles").json(ids_json(key.roles));
  time_or_null(object.key("last_used"), last_used);
  return std::move(object).close();
}

std::string membership_json(const MemberRow& member, std::string_view platform_key) {
  ObjectText object;
  object.key("user_id").number(member.user.value).key("platform_key").text(platform_key);
  object.key("is_admin").boolean(member.is_admin).key("is_staff").boolean(member.is_staff);
  object.key("active").boolean(member.active).key("added_on").time(member.added_at);
  time_or_null(object.key("expired_on"), member.expires_at);
  return std::move(object).close();
}

std::string member_json(const MemberRow& member, const UserDetails& user, bool active,
                        const std::vector<std::string>& roles) {
  ObjectText object;
  object.key("user_id").number(member.user.value).key("username").text(user.username);
  object.key("email").text(user.email).key("name").text(user.name);
  object.key("is_admin").boolean(member.is_admin).key("is_staff").boolean(member.is_staff);
  object.key("active").boolean(active).key("added_on").time(member.added_at);
  object.key("roles").json(texts_json(roles));
  return std::move(object).close();
}

std::string webhook_json(const WebhookRecord& webhook, const std::optional<std::string>& secret) {
  ObjectText object;
  object.key("id").number(webhook.id.value).key("url").text(webhook.details.url);
  object.key("description").text(webhook.details.description);
  object.key("event_types").json(texts_json(webhook.details.event_types)).key("active").boolean(webhook.active);
  object.key("created_at").time(webhook.created_at).key("updated_at").time(webhook.updated_at);
  if (secret) text_or_null(object.key("secret"), *secret);
  return std::move(object).close();
}

std::string notifications_json(const NotificationsRow& notifications, std::string_view platform_key) {
  ObjectText object;
  object.key("platform_key").text(platform_key);
  for (std::uint8_t byte = 0; const auto kind = enum_of_byte<NotificationKind>(byte); ++byte) {
    object.key(name_of(*kind)).boolean(notifications.since(*kind).has_value());
  }
  return std::move(object).close();
}

std::string redemption_json(const InvitationRecord& invitation, const UserRecord& user, const MemberRow& member,
                            std::string_view platform_key) {
  const auto& details = invitation.details;
  ObjectText object;
  object.key("invitation_id").number(invitation.id.value).key("user_id").number(user.id.value);
  object.key("username").text(user.details.username).key("email").text(user.details.email);
  object.key("name").text(user.details.name).key("platform_key").text(platform_key);
  object.key("is_admin").boolean(member.is_admin).key("is_staff").boolean(member.is_staff);
  text_or_null(object.key("redirect_to"), details ? details->redirect_to : std::string_view());
  return std::move(object).close();
}

std::uint16_t status_of(const Outcome& outcome) {
  return std::visit(StatusOf{}, outcome);
}

Answer render(const Outcome& outcome, PlatformId platform, const ViewReader& views, Timestamp now) {
  Showing showing{platform, views, now, {}};
  showing.answer.status = status_of(outcome);
  std::visit(showing, outcome);
  return std::move(showing.answer);
}

}  // namespace annals
