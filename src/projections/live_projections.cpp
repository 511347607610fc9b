#include "projections/live_projections.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "projections/agreement.hpp"
#include "projections/answers.hpp"
#include "projections/api_keys.hpp"
#include "projections/case_folding.hpp"
#include "projections/invitations.hpp"
#include "projections/organization_directory.hpp"
#include "projections/overview.hpp"
#include "projections/person_directory.hpp"
#include "projections/policies.hpp"
#include "projections/record_joins.hpp"
#include "projections/record_json.hpp"
#include "projections/record_stream.hpp"
#include "projections/record_text.hpp"
#include "projections/roles.hpp"
#include "projections/search.hpp"
#include "projections/stream_positions.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"
#include "projections/webhooks.hpp"
#include "projections/windows.hpp"

namespace annals {
namespace {

/// One page of items that are in memory or made cheaply.
template <class Items>
Result<Page> page_of(const Items& items, const PageRequest& request, Ordinal before, auto&& json) {
  if (is_past_end(request, items.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < items.size() && at - window.skip < window.take; ++at) {
    if (const auto record = json(items[at])) results.next() += *record;
  }
  return Page{items.size(), std::move(results).close(), before};
}

ShownRecord held_person(PlatformId platform, const PlatformTables& tables, Row row) {
  constexpr std::size_t kRecordBytes = 1024;
  const auto& persons = tables.persons;
  const auto mark = persons.organization[row];
  const StreamVersion version{persons.version[row]};
  ShownRecord shown{{}, etag_of(version), version};
  if (mark != 0 || tables.tags.any(TaggedKind::person, row)) {
    const auto organization = mark != 0 ? std::optional(tables.organizations.ids[mark - 1]) : std::nullopt;
    shown.etag = person_etag(version, organization, row_joins(persons, tables, row));
  }
  shown.json.reserve(kRecordBytes);
  append_person_json(shown.json, platform, tables, row);
  return shown;
}

ShownRecord held_organization(PlatformId platform, const PlatformTables& tables, Row row) {
  const StreamVersion version{tables.organizations.version[row]};
  const auto joins = row_joins(tables.organizations, tables, row);
  ShownRecord shown{{}, organization_etag(version, joins.tags), version};
  append_organization_json(shown.json, platform, tables, row);
  return shown;
}

}  // namespace

std::unique_ptr<LiveProjections> LiveProjections::make(ByteStore& store, const Digester& digester,
                                                       std::uint64_t record_bytes_max) {
  return std::make_unique<TableProjections>(store, digester, record_bytes_max);
}

ListContext TableProjections::list_context(PlatformId platform) const {
  return {platform, digester_, store_, [this, platform] { return tables_of(platform); }};
}

std::shared_ptr<const KnownCaller> TableProjections::caller(const Digest& secret_sha256, Timestamp now) const {
  // The version first: a change that comes in between makes the caller known an old one, never a wrong one a new one.
  const auto version = access_version_.load();
  auto known = access_.read([&](const AccessTable& access) { return access.caller(secret_sha256, now); });
  if (!known) return nullptr;
  known->access_version = version;
  known->use = &key_uses_.use_of(known->platform, known->key);
  known->use->note(now);
  return std::make_shared<const KnownCaller>(std::move(*known));
}

bool TableProjections::still_holds(const KnownCaller& known, Timestamp now) const {
  if (known.access_version != access_version_.load() || now >= known.until) return false;
  known.use->note(now);
  return true;
}

Grants TableProjections::grants(PlatformId platform, UserId user, Timestamp now) const {
  return access_.read([&](const AccessTable& access) { return access.grants(platform, user, now); });
}

std::optional<PlatformId> TableProjections::platform_with_key(std::string_view key) const {
  return access_.read([&](const AccessTable& access) { return access.platform_with_key(key); });
}

std::optional<std::string> TableProjections::platform_key(PlatformId platform) const {
  if (platform == kSystemPlatform) return "system";
  return access_.read([&](const AccessTable& access) {
    const auto* registered = access.platform(platform);
    return registered == nullptr ? std::nullopt : std::optional(registered->details.key);
  });
}

std::optional<std::string> TableProjections::username(UserId user) const {
  const auto details = access_.read([&](const AccessTable& access) { return access.user(user); });
  return details && !details->username.empty() ? std::optional(details->username) : std::nullopt;
}

Position TableProjections::served_position(PlatformId platform) const {
  const auto tables = tables_of(platform);
  const std::shared_lock lock(tables->lock);
  return tables->applied;
}

void TableProjections::on_served(std::function<void(PlatformId)> moved) const {
  const std::scoped_lock lock(served_mutex_);
  served_moved_ = std::move(moved);
}

bool TableProjections::person_exists(PlatformId platform, PersonId id) const {
  const auto tables = tables_of(platform);
  const std::shared_lock lock(tables->lock);
  const auto ordinal = tables->persons.find(id);
  return ordinal && tables->persons.sets.there.contains(ordinal->value);
}

bool TableProjections::person_known(PlatformId platform, PersonId id) const {
  const auto row = read_person_row(store_.latest(), platform, id);
  return row && !row->erased;
}

std::optional<ShownErasure> TableProjections::erasure(PlatformId platform, PersonId id) const {
  const auto views = store_.snapshot();
  auto found = read_erasure(*views, platform, id);
  if (!found || served_position(platform) < found->position) return std::nullopt;
  const auto row = read_person_row(*views, platform, id);
  if (!row) return std::nullopt;
  return ShownErasure{found->position, found->at, found->by, std::move(found->reason),
                      stream_positions(*views, platform, view::person_positions, row->ordinal, row->positions)};
}

bool TableProjections::organization_exists(PlatformId platform, OrganizationId id) const {
  const auto tables = tables_of(platform);
  const std::shared_lock lock(tables->lock);
  return tables->organizations.there_at(tables->organizations.mark_of(id));
}

std::optional<ShownRecord> TableProjections::person(PlatformId platform, PersonId id) const {
  std::optional<Ordinal> ordinal;
  std::optional<OrganizationId> organization;
  RecordJoins joins;
  {
    const auto tables = tables_of(platform);
    const std::shared_lock lock(tables->lock);
    ordinal = tables->persons.find(id);
    if (!ordinal || !tables->persons.sets.there.contains(ordinal->value)) return std::nullopt;
    if (holds_person(*tables, ordinal->value)) return held_person(platform, *tables, ordinal->value);
    const auto mark = tables->persons.organization[ordinal->value];
    if (mark != 0) organization = tables->organizations.ids[mark - 1];
    joins = row_joins(tables->persons, *tables, ordinal->value);
  }
  const auto& views = store_.latest();
  auto stored = views.get(platform, view::persons, key_of(*ordinal));
  if (!stored) return std::nullopt;
  const auto row = unpack<PersonRow>(stored->plain);
  // The record may be newer than the tables: a write that is not answered yet.
  if (row.organization != organization) {
    return show_person(std::move(*stored), row, person_joins(views, platform, row));
  }
  return show_person(std::move(*stored), row, joins);
}

std::optional<ShownRecord> TableProjections::organization(PlatformId platform, OrganizationId id) const {
  std::optional<Ordinal> ordinal;
  RecordJoins joins;
  {
    const auto tables = tables_of(platform);
    const std::shared_lock lock(tables->lock);
    ordinal = tables->organizations.find(id);
    if (!ordinal || !tables->organizations.sets.there.contains(ordinal->value)) return std::nullopt;
    if (holds_organization(*tables, ordinal->value)) return held_organization(platform, *tables, ordinal->value);
    joins = row_joins(tables->organizations, *tables, ordinal->value);
  }
  auto stored = store_.latest().get(platform, view::organizations, key_of(*ordinal));
  if (!stored) return std::nullopt;
  const auto row = unpack<OrganizationRow>(stored->plain);
  return show_organization(std::move(*stored), row, joins.tags);
}

Result<Page> TableProjections::persons(PlatformId platform, const PersonFilter& filter, const PageRequest& page) const {
  return list_persons(list_context(platform), filter, page);
}

Result<Page> TableProjections::organizations(PlatformId platform, const OrganizationFilter& filter,
                                             const PageRequest& page) const {
  return list_organizations(list_context(platform), filter, page);
}

bool TableProjections::takes_long(PlatformId platform, const PersonFilter& filter) const {
  return annals::takes_long(list_context(platform), filter);
}

bool TableProjections::takes_long(PlatformId platform, const OrganizationFilter& filter) const {
  return annals::takes_long(list_context(platform), filter);
}

std::unique_ptr<RecordStream> TableProjections::stream_persons(PlatformId platform, const PersonFilter& filter) const {
  return annals::stream_persons(list_context(platform), filter);
}

std::unique_ptr<RecordStream> TableProjections::stream_organizations(PlatformId platform,
                                                                     const OrganizationFilter& filter) const {
  return annals::stream_organizations(list_context(platform), filter);
}

Result<Page> TableProjections::invitations(PlatformId platform, const InvitationFilter& filter,
                                           const PageRequest& request, Timestamp now) const {
  struct Found {
    InvitationId id;
    bool active;
  };
  std::optional<Digest128> email;
  if (!filter.email.empty()) email = email_digest(digester_, platform, filter.email);
  std::vector<Found> found;
  Ordinal before;
  std::shared_ptr<const ViewReader> views;
  for (Agreement agreement(store_, platform); !views; agreement.pause()) {
    const auto tables = tables_of(platform);
    const std::shared_lock lock(tables->lock);
    views = agreement.views(*tables);
    if (!views) continue;
    const auto& rows = tables->invitations.rows;
    before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(rows.size() + 1)});
    for (std::size_t at = 0; at < rows.size() && at + 1 < before.value; ++at) {
      const bool active = rows[at].active_at(now);
      if (!rows[at].known || filter.active.value_or(active) != active) continue;
      if (email && rows[at].email_digest != email) continue;
      found.push_back({InvitationId{at + 1}, active});
    }
  }
  if (filter.newest_first) std::reverse(found.begin(), found.end());
  const auto platform_key = key_name_of(platform);
  return page_of(found, request, before, [&](const Found& one) -> std::optional<std::string> {
    const auto invitation = read_invitation(*views, platform, one.id);
    if (!invitation) return std::nullopt;
    const auto by = invitation->redeemed_by ? username(*invitation->redeemed_by) : std::nullopt;
    return invitation_json(*invitation, platform_key, one.active, by);
  });
}

Result<FoundRecords> TableProjections::search(PlatformId platform, const SearchRequest& request, Timestamp now) const {
  return search_records(list_context(platform), request, now);
}

Result<std::string> TableProjections::overview(PlatformId platform, const OverviewRequest& request,
                                               Timestamp now) const {
  return overview_of(list_context(platform), request, now);
}

std::optional<ShownRecord> TableProjections::user(UserId id) const {
  const auto user = read_user(store_.latest(), id);
  if (!user) return std::nullopt;
  return ShownRecord{account_json(*user), etag_of(user->version), user->version};
}

std::vector<std::string> TableProjections::platforms_of(UserId user, bool all, Timestamp now) const {
  const auto records = access_.read(
      [&](const AccessTable& access) { return all ? access.platforms() : access.platforms_of(user, now); });
  std::vector<std::string> platforms;
  for (const auto& record : records) platforms.push_back(platform_json(record));
  return platforms;
}

Result<Page> TableProjections::members(PlatformId platform, std::string_view query, const PageRequest& request,
                                       Timestamp now) const {
  auto found = access_.read([&](const AccessTable& access) { return access.members(platform, now); });
  const auto next = found.empty() ? Ordinal{} : Ordinal{found.front().member.ordinal.value + 1};
  const auto before = request.before.value_or(next);
  const SearchedText searched(query);
  static const UserDetails unknown;
  const auto details = [](const AccessTable::Listed& one) -> const UserDetails& {
    return one.user ? *one.user : unknown;
  };
  std::erase_if(found, [&](const AccessTable::Listed& one) {
    const auto& user = details(one);
    if (one.member.ordinal >= before) return true;
    return !searched.none() && !searched.in(user.username) && !searched.in(user.email) && !searched.in(user.name);
  });
  return page_of(found, request, before, [&](const AccessTable::Listed& one) {
    return std::optional(member_json(one.member, details(one), one.active, one.roles));
  });
}

std::vector<std::string> TableProjections::api_keys(PlatformId platform, std::optional<UserId> user) const {
  const auto views = store_.snapshot();
  const auto platform_key = key_name_of(platform);
  std::vector<std::string> keys;
  for (const auto& row : api_key_rows(*views, platform)) {
    if (user && row.user != *user) continue;
    const auto key = read_api_key(*views, platform, row.id);
    if (!key) continue;
    keys.push_back(listed_api_key_json(*key, username(key->user).value_or(std::string()), platform_key,
                                       key_uses_.last_used(platform, row.id)));
  }
  return keys;
}

std::optional<UserId> TableProjections::api_key_owner(PlatformId platform, std::string_view name) const {
  const auto key = api_key_named(store_.latest(), platform, digester_, name);
  return key ? std::optional(key->user) : std::nullopt;
}

std::vector<std::string> TableProjections::roles(PlatformId platform) const {
  const auto platform_key = key_name_of(platform);
  std::vector<std::string> roles;
  for (const auto& role : all_roles(*store_.snapshot(), platform)) roles.push_back(role_json(role, platform_key));
  return roles;
}

std::optional<ShownRecord> TableProjections::role(PlatformId platform, RoleId id) const {
  const auto role = read_role(store_.latest(), platform, id);
  if (!role) return std::nullopt;
  return ShownRecord{role_json(*role, key_name_of(platform)), etag_of(role->version), role->version};
}

std::vector<std::string> TableProjections::policies(PlatformId platform) const {
  const auto platform_key = key_name_of(platform);
  std::vector<std::string> policies;
  for (const auto& policy : all_policies(*store_.snapshot(), platform)) {
    policies.push_back(policy_json(policy, platform_key));
  }
  return policies;
}

std::optional<ShownRecord> TableProjections::policy(PlatformId platform, PolicyId id) const {
  const auto policy = read_policy(store_.latest(), platform, id);
  if (!policy) return std::nullopt;
  return ShownRecord{policy_json(*policy, key_name_of(platform)), etag_of(policy->version), policy->version};
}

std::vector<std::string> TableProjections::webhooks(PlatformId platform) const {
  std::vector<std::string> webhooks;
  for (const auto& webhook : all_webhooks(*store_.snapshot(), platform)) webhooks.push_back(webhook_json(webhook));
  std::reverse(webhooks.begin(), webhooks.end());
  return webhooks;
}

std::optional<ShownRecord> TableProjections::webhook(PlatformId platform, WebhookId id) const {
  const auto webhook = read_webhook(store_.latest(), platform, id);
  if (!webhook) return std::nullopt;
  return ShownRecord{webhook_json(*webhook), etag_of(webhook->version), webhook->version};
}

std::optional<ShownRecord> TableProjections::notifications(PlatformId platform) const {
  const auto row = read_notifications(store_.latest(), platform);
  return ShownRecord{notifications_json(row, key_name_of(platform)), etag_of(row.version), row.version};
}

std::optional<Queries::KeptAnswer> TableProjections::kept_answer(PlatformId platform, const Digest& key,
                                                                 Timestamp now) const {
  return read_kept_answer(store_.latest(), platform, key, now);
}

}  // namespace annals
