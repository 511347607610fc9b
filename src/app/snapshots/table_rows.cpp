#include "app/snapshots/table_rows.hpp"

#include <utility>

#include "core/json.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/kinds/tags.hpp"
#include "projections/policies.hpp"
#include "projections/record_walk.hpp"
#include "projections/records.hpp"
#include "projections/roles.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {
namespace {

constexpr std::uint64_t kTellEvery = 256;

template <class Tag, class Rep>
SnapshotCell cell(Number<Tag, Rep> number) {
  return static_cast<std::int64_t>(number.value);
}
SnapshotCell cell(std::int64_t number) {
  return number;
}
SnapshotCell cell(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
SnapshotCell cell(bool value) {
  return std::int64_t{value};
}
SnapshotCell cell(std::string_view text) {
  return std::string(text);
}
SnapshotCell cell(const std::string& text) {
  return text;
}
SnapshotCell cell(const JsonText& json) {
  return json.text;
}
SnapshotCell cell(const Uuid& id) {
  return id.to_string();
}
SnapshotCell cell(Timestamp at) {
  return format_timestamp(at);
}
template <class T>
SnapshotCell cell(const std::optional<T>& value) {
  return value ? cell(*value) : SnapshotCell();
}

class TableRows {
 public:
  TableRows(const ViewReader& views, PlatformId platform, SnapshotWriter& writer, const SnapshotProgress& progress)
      : views_(views),
        platform_(platform),
        writer_(writer),
        progress_(progress),
        records_(records_ever(views, platform)),
        counts_(snapshot_tables().size()) {}

  RowCounts run() {
    progress_(0, records_);
    walk_persons(views_, platform_, [this](const PersonRecord& person) { add(person); });
    walk_organizations(views_, platform_, [this](const OrganizationRecord& organization) { add(organization); });
    walk_invitations(views_, platform_, [this](const InvitationRecord& invitation) { add(invitation); });
    walk_members(views_, platform_, [this](const MemberRecord& member) { add(member); });
    for (const auto& role : all_roles(views_, platform_)) add(role);
    for (const auto& policy : all_policies(views_, platform_)) add(policy);
    walk_records<Pipeline>(views_, platform_, [this](const KindRecord<Pipeline>& pipeline) { add(pipeline); });
    walk_records<Stage>(views_, platform_, [this](const KindRecord<Stage>& stage) { add(stage); });
    walk_records<LeadSource>(views_, platform_, [this](const KindRecord<LeadSource>& source) { add(source); });
    walk_records<Deal>(views_, platform_, [this](const KindRecord<Deal>& deal) { add(deal); });
    walk_records<Activity>(views_, platform_, [this](const KindRecord<Activity>& activity) { add(activity); });
    walk_records<Tag>(views_, platform_, [this](const KindRecord<Tag>& tag) { add(tag); });
    walk_assignments(views_, platform_, [this](const AssignmentRow& assignment) { add(assignment); });
    progress_(records_, records_);
    return std::move(counts_);
  }

 private:
  template <class... Values>
  void put(TableId table, const Values&... values) {
    row_.clear();
    (row_.push_back(cell(values)), ...);
    writer_.add(table, row_);
    ++counts_[static_cast<std::size_t>(table)];
  }

  void put_metadata(TableId table, const Uuid& of, const JsonText& metadata) {
    for (const auto& [key, value] : json_members(metadata.text)) put(table, of, key, value);
  }

  void passed_one() {
    if (++passed_ % kTellEvery == 0) progress_(passed_, records_);
  }

  void add(const PersonRecord& it) {
    const auto& details = it.details;
    put(TableId::persons, it.id, details.name, details.primary_email, details.emails, details.contact_numbers,
        details.job_title, details.unique_id, name_of(it.lifecycle_stage), it.owner, it.organization, it.platform_user,
        it.active, it.merged_into, details.metadata, it.created_at, it.updated_at, it.version);
    put_metadata(TableId::person_metadata, it.id, details.metadata);
    passed_one();
  }

  void add(const OrganizationRecord& it) {
    const auto& details = it.details;
    put(TableId::organizations, it.id, details.name, details.address, it.owner, details.metadata, it.created_at,
        it.updated_at, it.version);
    put_metadata(TableId::organization_metadata, it.id, details.metadata);
    passed_one();
  }

  void add(const InvitationRecord& it) {
    const auto detail = [&](auto InvitationDetails::* member) {
      return it.details ? std::optional((*it.details).*member) : std::nullopt;
    };
    put(TableId::invitations, it.id, it.person, detail(&InvitationDetails::email), name_of(it.source), it.is_admin,
        it.is_staff, it.open, it.issued_at, it.expires_at, detail(&InvitationDetails::redirect_to),
        detail(&InvitationDetails::enrollment_config), detail(&InvitationDetails::metadata));
  }

  void add(const MemberRecord& it) {
    const auto user = read_user(views_, it.user);
    const auto details = user ? user->details : UserDetails{};
    put(TableId::members, it.user, details.username, it.details.email, details.name, it.is_admin, it.is_staff,
        it.active, it.expires_at, it.added_at);
  }

  void add(const RoleRecord& it) {
    put(TableId::roles, it.id, it.details.name, it.internal);
    for (const auto& action : it.details.actions) put(TableId::role_actions, it.id, action);
  }

  void add(const PolicyRecord& it) {
    put(TableId::policies, it.id, it.details.name, it.role, it.details.resources);
    for (const auto user : it.users) put(TableId::policy_users, it.id, user);
  }

  void add(const KindRecord<Tag>& it) {
    put(TableId::tags, it.id, it.texts.title, it.texts.color, it.texts.metadata, it.created_at, it.updated_at,
        it.version);
  }

  void add(const AssignmentRow& it) {
    put(TableId::tag_assignments, it.id, it.tag, it.person, it.organization, it.deal);
  }

  void add(const KindRecord<Pipeline>& it) {
    put(TableId::pipelines, it.id, it.texts.title, it.texts.code, it.plain.is_default, it.plain.rotten_days,
        it.texts.metadata, it.created_at, it.updated_at, it.version);
  }

  void add(const KindRecord<Stage>& it) {
    const auto& plain = it.plain;
    put(TableId::stages, it.id, plain.pipeline, it.texts.title, it.texts.code, plain.probability, plain.sort_order,
        plain.is_won, plain.is_lost, it.texts.metadata, it.created_at, it.updated_at, it.version);
  }

  void add(const KindRecord<LeadSource>& it) {
    put(TableId::lead_sources, it.id, it.texts.title, it.texts.code, it.texts.metadata, it.created_at, it.updated_at,
        it.version);
  }

  /// What is gone of the records that it refers to is null, as a GET shows it.
  void add(const KindRecord<Deal>& it) {
    const auto& plain = it.plain;
    const auto source = plain.source ? read_row<LeadSource>(views_, platform_, *plain.source) : std::nullopt;
    put(TableId::deals, it.id, it.texts.title, it.texts.description, format_amount(plain.lead_value),
        plain.lead_value.hundredths, plain.currency.code(), name_of(plain.status), it.texts.lost_reason,
        plain.expected_close_date ? std::optional(format_day(*plain.expected_close_date)) : std::nullopt,
        plain.closed_at, person_exists(views_, platform_, plain.person) ? std::optional(plain.person) : std::nullopt,
        plain.organization && organization_exists(views_, platform_, *plain.organization) ? plain.organization
                                                                                          : std::nullopt,
        plain.pipeline, plain.stage, plain.stage_since, source && !source->deleted ? plain.source : std::nullopt,
        plain.owner, it.erased ? JsonText{"{}"} : it.texts.metadata, it.created_at, it.updated_at, it.version);
  }

  void add(const KindRecord<Activity>& it) {
    const auto& plain = it.plain;
    put(TableId::activities, it.id, it.texts.title, name_of(plain.kind), it.texts.location, it.texts.comment,
        plain.schedule_from, plain.schedule_to, plain.is_done, plain.done_at, plain.deal, plain.person,
        plain.organization, plain.owner, plain.reminder_at, plain.reminder_sent,
        it.erased ? JsonText{"{}"} : it.texts.metadata, it.created_at, it.updated_at, it.version);
  }

  const ViewReader& views_;
  PlatformId platform_;
  SnapshotWriter& writer_;
  const SnapshotProgress& progress_;
  const std::uint64_t records_;
  std::uint64_t passed_ = 0;
  RowCounts counts_;
  SnapshotRow row_;
};

}  // namespace

RowCounts write_tables(const ViewReader& views, PlatformId platform, SnapshotWriter& writer,
                       const SnapshotProgress& progress) {
  return TableRows(views, platform, writer, progress).run();
}

}  // namespace annals
