#include "projections/tables.hpp"

#include <algorithm>
#include <stdexcept>

#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// Moves the tags of one platform by one event, and tells the watches whose tags are others now.
struct MoveTags {
  PlatformTables& tables;

  void operator()(const TagCreated& event) const { tables.tags.on(event); }
  void operator()(const TagUpdated& event) const { tables.tags.on(event); }
  void operator()(const TagDeleted& event) const {
    for (const auto kind : {TaggedKind::person, TaggedKind::organization, TaggedKind::deal}) {
      if (!watches_of(kind).any()) continue;
      tables.tags.rows(kind, event.id).for_each([&](Row row) { watches_of(kind).note(row); });
    }
    tables.tags.on(event);
  }
  void operator()(const TagAttached& event) const {
    const auto host = row_of(tables, event.host());
    if (!host) return;
    tables.tags.attach(event.assignment, event.tag, host->first, host->second);
    note(host);
  }
  void operator()(const TagDetached& event) const {
    note(tables.tags.host_of(event.assignment));
    tables.tags.detach(event.assignment);
  }
  void operator()(const PersonMerged& event) const {
    each_moved_tag(event, [&](AssignmentId id) { move(id, event.into); });
  }
  void operator()(const PersonUnmerged& event) const {
    each_moved_tag(event, [&](AssignmentId id) { move(id, event.person); });
  }
  void operator()(const PersonDeleted& event) const { leave(event.person); }
  void operator()(const PersonErased& event) const { leave(event.person); }
  void operator()(const OrganizationDeleted& event) const { leave(event.organization); }
  void operator()(const DealDeleted& event) const { leave(event.id); }
  void operator()(const auto&) const {}

 private:
  Watches& watches_of(TaggedKind kind) const {
    switch (kind) {
      case TaggedKind::person:
        return tables.person_watches;
      case TaggedKind::organization:
        return tables.organization_watches;
      case TaggedKind::deal:
        break;
    }
    return tables.deals.watches;
  }
  void note(const std::optional<std::pair<TaggedKind, Row>>& host) const {
    if (host) watches_of(host->first).note(host->second);
  }
  void move(AssignmentId id, const TagHost& to) const {
    const auto host = row_of(tables, to);
    note(tables.tags.host_of(id));
    if (!host) return tables.tags.detach(id);
    tables.tags.move(id, host->first, host->second);
    note(host);
  }
  void leave(const TagHost& gone) const {
    if (const auto host = row_of(tables, gone)) tables.tags.leave(host->first, host->second);
  }
};

/// Moves the tables of one platform by one event; the events that change no table do nothing here.
struct MoveTables {
  PlatformId platform;
  const Digester& digester;
  PlatformTables& tables;
  const RecordedEvent& recorded;

  template <class Event>
  void operator()(const Event& event) const {
    if constexpr (requires { tables.deals.on(event, recorded); }) tables.deals.on(event, recorded);
    if constexpr (requires { tables.deal_titles.on(event); }) tables.deal_titles.on(event);
    if constexpr (requires { tables.activities.on(event, recorded); }) tables.activities.on(event, recorded);
    if constexpr (std::is_same_v<Event, PersonErased>) {
      for (const auto id : event.invitations) tables.invitations.forget_email(id);
    }
    if constexpr (requires { tables.persons.on(event, recorded.recorded_at); }) {
      tables.persons.on(event, recorded.recorded_at);
      moved(tables.persons, event.person, tables.person_watches);
    } else if constexpr (requires { tables.organizations.on(event, recorded.recorded_at); }) {
      tables.organizations.on(event, recorded.recorded_at);
      moved(tables.organizations, event.organization, tables.organization_watches);
    } else if constexpr (std::is_same_v<Event, InvitationIssued>) {
      std::optional<Digest128> email;
      if (event.details.data) email = email_digest(digester, platform, event.details.data->email);
      tables.invitations.issued(event.invitation, event.expires_at, email);
    } else if constexpr (std::is_same_v<Event, InvitationRevoked> || std::is_same_v<Event, InvitationExpired> ||
                         std::is_same_v<Event, InvitationRedeemed>) {
      tables.invitations.closed(event.invitation);
    }
  }

 private:
  template <class Table>
  void moved(Table& table, const typename Table::Id& id, Watches& watches) const {
    const auto ordinal = table.find(id);
    if (!ordinal) return;
    table.set_version(ordinal->value, recorded.version);
    watches.note(ordinal->value);
  }
};

}  // namespace

InvitationTable::Row& InvitationTable::row_of(InvitationId id) {
  if (rows.size() < id.value) rows.resize(id.value);
  return rows[id.value - 1];
}

void InvitationTable::load(const InvitationRow& row) {
  row_of(row.id) = Row{true, row.open, row.expires_at, row.email_digest};
  if (row.open) ++open;
}

void InvitationTable::issued(InvitationId id, Timestamp expires_at, const std::optional<Digest128>& email_digest) {
  row_of(id) = Row{true, true, expires_at, email_digest};
  ++open;
}

void InvitationTable::closed(InvitationId id) {
  if (id.value > rows.size()) return;  // its issuing was passed over
  auto& row = row_of(id);
  if (row.open) --open;
  row.open = false;
}

void InvitationTable::forget_email(InvitationId id) {
  if (id.value <= rows.size()) row_of(id).email_digest.reset();
}

std::optional<std::pair<TaggedKind, Row>> row_of(const PlatformTables& tables, const TagHost& host) {
  if (const auto* person = std::get_if<PersonId>(&host)) {
    const auto ordinal = tables.persons.find(*person);
    if (!ordinal) return std::nullopt;
    return std::pair(TaggedKind::person, ordinal->value);
  }
  if (const auto* organization = std::get_if<OrganizationId>(&host)) {
    const auto ordinal = tables.organizations.find(*organization);
    if (!ordinal) return std::nullopt;
    return std::pair(TaggedKind::organization, ordinal->value);
  }
  return std::pair(TaggedKind::deal, DealTable::row_at(std::get<DealId>(host)));
}

void move_tables(PlatformTables& tables, const Commit& commit, const Digester& digester) {
  const auto& frame = commit.header.frame;
  if (frame.first.value != tables.applied.value + 1) throw std::logic_error("a commit was not published");
  for (const auto& recorded : commit.events) {
    std::visit(MoveTables{frame.platform, digester, tables, recorded}, recorded.event);
    std::visit(MoveTags{tables}, recorded.event);
  }
  tables.applied = commit.last();
}

}  // namespace annals
