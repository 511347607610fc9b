#include "projections/tables.hpp"

#include <algorithm>
#include <stdexcept>

#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// Moves the tables of one platform by one event; the events that change no table do nothing here.
struct MoveTables {
  PlatformId platform;
  const Digester& digester;
  PlatformTables& tables;
  const RecordedEvent& recorded;

  template <class Event>
  void operator()(const Event& event) const {
    if constexpr (requires { tables.deals.on(event, recorded); }) tables.deals.on(event, recorded);
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
    } else if constexpr (std::is_same_v<Event, InvitationRevoked> || std::is_same_v<Event, InvitationExpired>) {
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
  auto& row = row_of(id);
  if (row.open) --open;
  row.open = false;
}

void move_tables(PlatformTables& tables, const Commit& commit, const Digester& digester) {
  const auto& frame = commit.header.frame;
  if (frame.first.value != tables.applied.value + 1) throw std::logic_error("a commit was not published");
  for (const auto& recorded : commit.events) {
    std::visit(MoveTables{frame.platform, digester, tables, recorded}, recorded.event);
  }
  tables.applied.value += commit.events.size();
}

void Watches::add(Watch& watch) {
  const std::scoped_lock lock(mutex_);
  watches_.push_back(&watch);
}

void Watches::remove(Watch& watch) {
  const std::scoped_lock lock(mutex_);
  std::erase(watches_, &watch);
}

}  // namespace annals
